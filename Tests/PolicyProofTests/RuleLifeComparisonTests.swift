import Canonical
import EligibilityPolicy
import TestSupport
import Testing

@testable import PolicyProof

@Suite("The comparison of policies whose rules have a life")
struct RuleLifeComparisonTests {
    private static func policy(_ rules: [String], exemptions: [String] = []) throws -> Policy {
        try Policy.load(
            ExamplePolicy.text(rules: rules.joined(separator: "\n"), exemptions: exemptions.joined(separator: "\n")),
            file: "example.yaml")
    }

    private static func rule(_ otherwise: String = "reject", _ more: String = "") -> String {
        ExamplePolicy.rule("few", "device.sharedWith < 3", otherwise: otherwise, more: more)
    }

    private static func exemption(until: String = "2027-01-01T00:00:00Z") -> String {
        "  - {id: merger, rules: [few], requester: jon, owner: maria, until: \(until), reason: ticket 4711}"
    }

    /// Each way in which a rule acts less than before.
    private static let pairs: [(old: String, new: String, exemptions: [String])] = [
        (rule(), rule("note"), []), (rule("review"), rule("note"), []), (rule(), rule("reject", "at: [renewal, re-check]"), []),
        (rule(), rule("reject", "from: 2027-01-01T00:00:00Z"), []), (rule(), rule("reject", "until: 2027-01-01T00:00:00Z"), []),
        (
            rule("reject", "until: 2027-01-01T00:00:01Z"), rule("reject", "until: 2027-01-01T00:00:00Z"), []
        ),
        (rule(), rule(), [exemption()]),
    ]

    @Test("says looser where a rule acts less than before, with facts that the policies decide so", arguments: 0..<pairs.count)
    func looser(number: Int) throws {
        let pair = Self.pairs[number]
        let other = ExamplePolicy.rule("other", "device.level > 5")
        let (old, new) = (try Self.policy([pair.old, other]), try Self.policy([pair.new, other], exemptions: pair.exemptions))
        let comparison = PolicyComparison(old: old, new: new)
        #expect(comparison.verdict == .looser, "\(comparison.obstacles)")
        let witness = try #require(comparison.witnesses.first)
        #expect(witness.old == old.evaluate(witness.facts) && witness.new == new.evaluate(witness.facts))
        #expect(PolicyComparison(old: new, new: old).verdict == .stricter)
        if !pair.exemptions.isEmpty { #expect(witness.facts.requester.id == "jon" && witness.facts.owner.id == "maria") }
    }

    @Test("says equal where a note comes or goes, for it decides nothing")
    func notes() throws {
        let note = ExamplePolicy.rule("noted", "device.level > 5", otherwise: "note")
        let (old, new) = (try Self.policy([Self.rule()]), try Self.policy([Self.rule(), note]))
        #expect(PolicyComparison(old: old, new: new).verdict == .equal)
    }

    @Test("names what has lapsed: rules that have ended, and exemptions")
    func lapsed() throws {
        let policy = try Self.policy(
            [Self.rule("review", "until: 2026-06-01T00:00:00Z"), ExamplePolicy.rule("other", "device.level > 5")],
            exemptions: [Self.exemption(until: "2026-05-01T00:00:00Z")])
        let today = try #require(Timestamp("2026-06-01T00:00:00Z"))
        let lapsed = PolicyFinding.all(in: policy, today: today).filter { [.ruleEnded, .exemptionEnded].contains($0.kind) }
        #expect(lapsed.map(\.subject) == ["few", "merger"])
    }
}
