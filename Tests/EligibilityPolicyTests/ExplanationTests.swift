import Testing

@testable import EligibilityPolicy

@Suite("The explanation of a decision")
struct ExplanationTests {
    @Test("shows every rule, and the values of all its parts")
    func explanation() throws {
        let policy = try Files.defaultPolicy()
        var facts = FactsSampler(seed: 1, policies: [policy]).plain
        facts.requester.entity = "E-2"
        facts.identity.citizenship = .mismatch
        let explanation = policy.explain(facts)
        #expect(explanation.decision == policy.evaluate(facts))
        #expect(explanation.rules.map(\.rule.id) == policy.rules.map(\.id))
        let rule = try #require(explanation.rules.first { $0.rule.id == "identity-not-contradicting" })
        #expect(
            rule.steps.map { "\($0.depth) \($0.text) = \($0.value)" } == [
                "0 sameEntity || !identity.contradicts = false", "1 sameEntity = false",
                "2 requester.entity == owner.entity = false", "3 requester.entity = \"E-2\"", "3 owner.entity = \"E-1\"",
                "1 !identity.contradicts = false", "2 identity.contradicts = true",
            ])
        #expect(
            explanation.description.contains(
                "reject  identity-not-contradicting: identity-mismatch\n    with attributes: citizenship"))
        #expect(explanation.json["rules"]?.arrayValue?.count == policy.rules.count)
    }
}
