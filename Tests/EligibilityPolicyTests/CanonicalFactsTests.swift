import Canonical
import Testing

@testable import EligibilityPolicy

@Suite struct CanonicalFactsTests {
    /// Facts of every shape, as the search for witnesses makes them.
    private static func samples(_ count: Int) throws -> [Facts] {
        let policy = try Policy.load(Files.policyText("device-sharing.yaml"), file: "device-sharing.yaml")
        var sampler = FactsSampler(seed: 11, policies: [policy])
        return (0..<count).map { _ in sampler.next() }
    }

    @Test func factsReadFromTheirTextAreThoseThatWereWritten() throws {
        for facts in try Self.samples(2_000) {
            var writer = CanonicalJSONWriter()
            facts.write(to: &writer)
            #expect(try Facts(canonical: writer.bytes) == facts)
            #expect(try Facts(json: JSONValue(parsing: writer.bytes)) == facts)
        }
    }

    @Test func aTextThatLacksAMemberOrIsCutOffIsRefused() throws {
        var writer = CanonicalJSONWriter()
        try Self.samples(1)[0].write(to: &writer)
        let text = String(decoding: writer.bytes, as: UTF8.self)
        for name in [
            "decidedAt", "device", "identity", "owner", "requester", "sharedWith", "submittedAt", "citizenship", "entityKind",
        ] {
            let lacking = text.replacing("\"\(name)\":", with: "\"x\":")
            #expect(throws: JSONError.self, "\(name)") { try Facts(canonical: Array(lacking.utf8)) }
        }
        for length in stride(from: 0, to: writer.bytes.count, by: 7) {
            #expect(throws: JSONError.self, "\(length)") { try Facts(canonical: Array(writer.bytes.prefix(length))) }
        }
    }
}

@Suite struct DecisionComparisonTests {
    private func decision(_ failing: [(RuleID, Consequence)]) -> Decision {
        let all: [RuleID] = ["a", "b", "c"]
        let rulings = all.map { rule in
            failing.first { $0.0 == rule }.map {
                Ruling(failed: Reason(rule: rule, consequence: $0.1, code: .builtIn(.identityMismatch), parameters: .none))
            } ?? Ruling(passed: rule)
        }
        return Decision(policy: Digest(sha256: []), rulings: rulings, approvalsRequired: 0)
    }

    @Test func whatBecomesStricterIsChangedByTheRulesThatNowFailSo() {
        let comparison = DecisionComparison(decision([("a", .review)]), decision([("a", .review), ("b", .reject)]))
        #expect(comparison.before == .review)
        #expect(comparison.after == .reject)
        #expect(comparison.failing == ["b"])
        #expect(comparison.passing.isEmpty)
        #expect(comparison.changing == ["b"])
    }

    @Test func whatBecomesMilderIsChangedByTheRulesThatFailSoNoMore() {
        let comparison = DecisionComparison(decision([("a", .review), ("b", .reject)]), decision([("a", .review)]))
        #expect(comparison.passing == ["b"])
        #expect(comparison.changing == ["b"])
    }

    @Test func aRuleThatFailsWithAnotherConsequenceHasChanged() {
        let comparison = DecisionComparison(decision([("a", .review)]), decision([("a", .reject)]))
        #expect(comparison.failing == ["a"])
        #expect(comparison.passing.isEmpty)
        #expect(comparison.changing == ["a"])
    }

    @Test func theSameOutcomeIsChangedByNothing() {
        let comparison = DecisionComparison(decision([("a", .review)]), decision([("b", .review)]))
        #expect(comparison.failing == ["b"])
        #expect(comparison.passing == ["a"])
        #expect(comparison.changing.isEmpty)
    }
}
