import EligibilityPolicy
import Foundation
import TestSupport
import Testing

@testable import PolicyProof

@Suite("Cases that are suggested")
struct BoundaryCasesTests {
    /// What is suggested, and what survives once it is appended to the cases.
    private func suggest(_ policy: Policy, _ text: String) throws -> (suggested: BoundaryCases, left: [String]) {
        let suite = try PolicyTestSuite.load(text, file: "example.tests.yaml")
        for result in suite.run(on: policy) { #expect(result.passed, "\(result)") }
        let suggested = BoundaryCases(MutationReport(policy, cases: suite), of: policy, beside: suite)
        let whole = try PolicyTestSuite.load(text + suggested.text, file: "example.tests.yaml")
        #expect(whole.cases.count == suite.cases.count + suggested.suggestions.count)
        for result in whole.run(on: policy) { #expect(result.passed, "\(result)") }
        return (suggested, MutationReport(policy, cases: whole).survivors.map(\.mutant.description))
    }

    private static func text(_ cases: [String], _ facts: String = ExamplePolicy.factsText) -> String {
        "facts:\n" + facts + "cases:\n" + cases.joined(separator: "\n") + "\n"
    }

    @Test("find out every fault that weak cases let pass, once they are appended")
    func weak() throws {
        let policy = try Fixtures.policy(rules: [
            (
                "device.sharedWith < 3 || requester.entity == owner.entity && request.decidedAt - device.activatedAt > duration('24h')",
                "review"
            ),
            ("consent.given && consent.method != 'none'", "reject"),
        ])
        let (suggested, left) = try suggest(policy, Self.text(["  - {id: one, expect: approve}"]))
        #expect(left.isEmpty && suggested.open.isEmpty)
        #expect(suggested.suggestions.count > 3)
    }

    @Test("say what the policy says, for an officer to confirm, with the fault and what is different")
    func words() throws {
        let policy = try Fixtures.policy(rules: [("device.sharedWith < 3", "review")])
        let (suggested, left) = try suggest(
            policy,
            Self.text([
                "  - {id: boundary-rule-0, expect: approve}",
                "  - {id: many, with: {sharedWith: 9}, expect: review, failing: [rule-0]}",
            ]))
        #expect(left.isEmpty)
        #expect(
            suggested.text.contains(
                """

                  # TO BE CONFIRMED by an officer: this is what the policy says, be it right or wrong.
                  # Finds out the fault rule-0: device.sharedWith < 3 → (device.sharedWith) <= (3)
                  # Finds out the fault rule-0: 3 → 4
                  - id: boundary-rule-0-2
                    about: "The device is shared with 3 others."
                    with:
                      sharedWith: 3
                    expect: review
                    failing:
                      - rule: rule-0
                        error: owner-consent-missing
                    approvals: 1

                """), "\(suggested.text)")
    }

    @Test("find out faults that change reasons alone")
    func reasons() throws {
        let policy = try Fixtures.policy(rules: [("device.sharedWith < 3", "review"), ("device.sharedWith < 9", "review")])
        let (_, left) = try suggest(
            policy,
            Self.text([
                "  - {id: one, with: {sharedWith: 2}, expect: approve}",
                "  - {id: three, with: {sharedWith: 3}, expect: review, failing: [rule-0]}",
            ]))
        #expect(left.isEmpty)
    }

    @Test("begin from the facts of the file, indented as its cases are, also where these facts are not whole")
    func otherFacts() throws {
        let policy = try Fixtures.policy(rules: [("device.sharedWith < 3", "review")])
        let facts = ExamplePolicy.factsText.replacing("  sharedWith: 0\n", with: "").replacing("maria01", with: "\"0815\"")
        let (suggested, left) = try suggest(
            policy,
            Self.text(
                ["- id: one", "  with: {sharedWith: 1}", "  expect: approve"], facts))
        #expect(left.isEmpty)
        #expect(suggested.text.contains("\n- id: boundary-rule-0\n"), "\(suggested.text)")
    }

    @Test("are not made where nothing gets away")
    func nothing() throws {
        let policy = try Fixtures.policy(rules: [("consent.given", "reject")])
        let (suggested, _) = try suggest(
            policy,
            Self.text([
                "  - {id: one, expect: approve}", "  - {id: two, with: {consent: null}, expect: reject, failing: [rule-0]}",
            ]))
        #expect(suggested.suggestions.isEmpty && suggested.text.isEmpty)
    }

    @Test("find out what the bundled cases do, where those of consent and of identity are missing")
    func bundled() throws {
        let text = try Fixtures.bundledText("device-sharing.tests.yaml")
        let start = try #require(text.range(of: "  # Consent of the owner.")).lowerBound
        let end = try #require(text.range(of: "  - id: other-entity-with-incomplete")).lowerBound
        let weak = text.replacingCharacters(in: start..<end, with: "")
        let (suggested, left) = try suggest(try Fixtures.bundled(), weak)
        #expect(left.isEmpty && suggested.open.isEmpty)
        #expect(suggested.text.contains("boundary-consent-maximum-age"))
    }
}
