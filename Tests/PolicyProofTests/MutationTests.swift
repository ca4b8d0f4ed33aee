import EligibilityPolicy
import Foundation
import TestSupport
import Testing

@testable import PolicyProof

@Suite("The faults that cases find out")
struct MutationTests {
    private func mutants(_ requirement: String) throws -> [PolicyMutant] {
        try Fixtures.policy(rules: [(requirement, "review"), ("consent.given", "reject")]).mutants()
    }

    @Test("are other operators, neighbouring constants, and dropped rules")
    func kinds() throws {
        let mutants = try mutants("!(device.sharedWith < 3 && request.decidedAt - request.submittedAt > duration('24h'))")
        let first = mutants.filter { $0.subject == "rule-0" }
        #expect(first.filter { $0.kind == .droppedRule }.count == 1)
        #expect(
            first.filter { $0.kind == .constant }.map(\.after) == ["2", "4", "duration('86399s')", "duration('86401s')"])
        // A negation less, another connective, two of each comparison; a sum of moments has no type.
        #expect(first.filter { $0.kind == .operator }.count == 6)
        #expect(first.contains { $0.policy.rules[0].expression.contains("(device.sharedWith) <= (3)") })
        #expect(mutants.filter { $0.subject == "rule-1" }.map(\.kind) == [.droppedRule])
    }

    @Test("are put into constants and variables as well")
    func names() throws {
        let mutants = try Fixtures.bundled().mutants()
        #expect(
            mutants.filter { $0.subject == "deviceMinimumAge" }.map(\.after) == ["duration('604799s')", "duration('604801s')"])
        #expect(mutants.contains { $0.subject == "sameEntity" && $0.kind == .operator })
        #expect(mutants.filter { $0.kind == .droppedRule }.count == 14)
    }

    private static func cases(_ facts: [String]) throws -> PolicyTestSuite {
        try PolicyTestSuite.load(
            "facts:\n" + ExamplePolicy.factsText + "cases:\n" + facts.joined(separator: "\n"), file: "example.tests.yaml")
    }

    @Test("survive where no case is at the boundary, and come with facts that are")
    func survivors() throws {
        let policy = try Fixtures.policy(rules: [("device.sharedWith < 3 || device.sharedWith < 2", "review")])
        let suite = try Self.cases([
            "  - {id: few, expect: approve}", "  - {id: many, with: {sharedWith: 9}, expect: review, failing: [rule-0]}",
        ])
        let report = MutationReport(policy, cases: suite)
        let survivors = report.survivors.map { "\($0.mutant.before) → \($0.mutant.after)" }
        #expect(survivors.contains("device.sharedWith < 3 → (device.sharedWith) <= (3)") && survivors.contains("3 → 4"))
        // Nobody can tell the second part from one that is a little other.
        #expect(!survivors.contains("2 → 3") && !survivors.contains("2 → 1"))
        for (_, comparison) in report.survivors { #expect(comparison.witnesses.first != nil) }
        let sharper = try Self.cases([
            "  - {id: few, expect: approve}", "  - {id: two, with: {sharedWith: 2}, expect: approve}",
            "  - {id: three, with: {sharedWith: 3}, expect: review, failing: [rule-0]}",
            "  - {id: many, with: {sharedWith: 9}, expect: review, failing: [rule-0]}",
        ])
        #expect(MutationReport(policy, cases: sharper).survivors.isEmpty)
    }

    @Test("of the bundled policy are all found out by its cases, or change nothing")
    func bundled() throws {
        let cases = try PolicyTestSuite.load(
            try Fixtures.bundledText("device-sharing.tests.yaml"), file: "device-sharing.tests.yaml")
        let survivors = MutationReport(try Fixtures.bundled(), cases: cases).survivors
        #expect(survivors.isEmpty, "\(survivors.map { "\($0.mutant.before) → \($0.mutant.after)" })")
    }
}
