import TestSupport
import Testing

@testable import EligibilityPolicy

@Suite("A case that fails names the rule that decided otherwise")
struct RuleDifferenceTests {
    private static func results(_ policy: Policy, _ cases: String) throws -> [CaseResult] {
        let facts = try Files.policyText("device-sharing.tests.yaml").components(separatedBy: "cases:\n")[0]
        return try PolicyTestSuite.load(facts + "cases:\n" + cases, file: "t.yaml").run(on: policy)
    }

    private static func reads(_ expression: EvaluatedExpression) -> [String] {
        expression.readings.map { "\($0.name) = \($0.value)" }
    }

    @Test("with its expression, and the facts, variables and constants that it read")
    func failed() throws {
        let results = try Self.results(
            try Files.defaultPolicy(),
            "  - {id: one, with: {requester: {entity: E-9}, identity: {citizenship: mismatch}}, expect: approve}\n")
        let difference = try #require(results.first?.differingRules.first)
        #expect(results[0].differingRules.count == 1)
        #expect(difference.rule == "identity-not-contradicting" && difference.kind == .failed)
        let expression = try #require(difference.expressions.first)
        #expect(expression.text == "sameEntity || !identity.contradicts" && expression.value.description == "false")
        #expect(
            Self.reads(expression) == [
                "sameEntity = false", "requester.entity = \"E-9\"", "owner.entity = \"E-1001\"", "identity.contradicts = true",
            ])
    }

    @Test("and what was not read is not shown")
    func passed() throws {
        let results = try Self.results(
            try Files.defaultPolicy(), "  - {id: one, expect: reject, failing: [identity-not-contradicting]}\n")
        let difference = try #require(results.first?.differingRules.first)
        #expect(difference.kind == .passed)
        #expect(
            Self.reads(try #require(difference.expressions.first)) == [
                "sameEntity = true", "requester.entity = \"E-1001\"", "owner.entity = \"E-1001\"",
            ])
    }

    @Test("where a parameter differs: what gives the parameter, and what that read")
    func parameter() throws {
        let results = try Self.results(
            try Files.defaultPolicy(),
            """
              - id: one
                with: {consent: {givenAt: 2026-05-04T09:00:00Z}}
                expect: reject
                failing: [{rule: owner-consent-fresh, parameters: {maximumAgeMinutes: 20}}]

            """)
        let difference = try #require(results.first?.differingRules.first)
        #expect(difference.kind == .reason)
        #expect(difference.expressions.map(\.parameter) == ["maximumAgeMinutes"])
        #expect(difference.expressions.first?.value.description == "15")
        #expect(Self.reads(try #require(difference.expressions.first)) == ["consentMaximumAge = duration(\"900s\")"])
    }

    @Test("where the same rules fail: those that make the outcome another")
    func consequence() throws {
        let policy = try ExamplePolicy.load(rules: [
            ExamplePolicy.rule("few", "device.sharedWith < 3", otherwise: "review"),
            ExamplePolicy.rule("given", "consent.given", otherwise: "reject"),
        ])
        let results = try Self.results(
            policy, "  - {id: one, with: {sharedWith: 9}, expect: reject, failing: [few]}\n")
        #expect(results[0].differingRules.map(\.kind) == [.consequence] && results[0].differingRules.map(\.rule) == ["few"])
        #expect(results[0].differingRules[0].consequence == .review)
    }

    @Test("where the policy lacks the rule: the most similar one")
    func unknown() throws {
        let results = try Self.results(
            try Files.defaultPolicy(),
            "  - {id: one, with: {consent: null}, expect: reject, failing: [owner-consent-givn]}\n")
        #expect(
            results[0].differingRules.map { "\($0.rule) \($0.kind) \($0.suggestion?.rawValue ?? "")" } == [
                "owner-consent-given failed ", "owner-consent-givn unknown owner-consent-given",
            ])
    }

    @Test("also where its evaluation fails, with the error")
    func failure() throws {
        let policy = try ExamplePolicy.load(rules: [
            ExamplePolicy.rule("odd", "device.id == 'x' || 10 / device.sharedWith > 1")
        ])
        let results = try Self.results(policy, "  - {id: one, expect: approve}\n")
        let expression = try #require(results.first?.differingRules.first?.expressions.first)
        #expect(expression.value.isFailure && expression.value.description.contains("zero"))
        #expect(Self.reads(expression) == ["device.id = \"DSC-7\"", "device.sharedWith = 0"])
    }
}
