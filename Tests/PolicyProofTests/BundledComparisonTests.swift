import EligibilityPolicy
import Foundation
import TestSupport
import Testing

@testable import PolicyProof

@Suite("The comparison of the bundled policy with a changed one")
struct BundledComparisonTests {
    @Test("says equal for the same text, and for words alone")
    func same() throws {
        let old = try Fixtures.bundled()
        #expect(PolicyComparison(old: old, new: old).verdict == .equal)
        let worded = try Fixtures.bundled(("en: The owner has consented", "en: The owner agreed"))
        let comparison = PolicyComparison(old: old, new: worded)
        #expect(comparison.verdict == .equal && comparison.reasons == nil && comparison.witnesses.isEmpty)
    }

    @Test("says equal where rules are only written otherwise")
    func rewritten() throws {
        let comparison = PolicyComparison(
            old: try Fixtures.bundled(),
            new: try Fixtures.bundled(
                ("device.sharedWith < widelyShared", "\"!(device.sharedWith >= 3)\""),
                (
                    "sameEntity || identity.identical || identity.contradicts",
                    "\"requester.entity == owner.entity || (identity.contradicts ? true : identity.identical)\""
                ),
                (
                    "request.decidedAt - device.activatedAt >= deviceMinimumAge",
                    "(request.decidedAt - device.activatedAt).getMinutes() >= 10080"
                )))
        #expect(comparison.verdict == .equal, "\(comparison.witnesses.map(\.words)) \(comparison.obstacles)")
    }

    @Test("says looser for each rule that is left out, and shows that it was that rule", arguments: 0..<13)
    func leavingOut(place: Int) throws {
        let text = try Fixtures.bundledText()
        let old = try Policy.load(text, file: "old")
        var parts = text.components(separatedBy: "\n  - id: ")
        let rule = try #require(parts.firstIndex { $0.hasPrefix("\(old.rules[place].id)\n") })
        // What follows the rule's own lines, such as the next section, stays.
        let tail = parts[rule].components(separatedBy: "\n\n").dropFirst()
        parts[rule - 1] += tail.map { "\n\n" + $0 }.joined()
        parts.remove(at: rule)
        let new = try Policy.load(parts.joined(separator: "\n  - id: "), file: "new")
        let comparison = PolicyComparison(old: old, new: new)
        #expect(comparison.verdict == .looser, "\(comparison.obstacles)")
        let witness = try #require(comparison.witnesses.first)
        #expect(witness.old.reasons.map(\.rule).contains(old.rules[place].id))
    }

    @Test(
        "finds the direction of a change, with facts of which nothing more can be made plain",
        arguments: [
            ("duration('168h')", "duration('336h')", PolicyComparison.Verdict.stricter),
            ("widelyShared: 3", "widelyShared: 4", .looser),
            ("device.level >= request.highestLevel", "device.level > requester.highestLevel", .both),
            ("requester.entityKind == 'individual' && ", "", .looser),
            ("sameEntity || !identity.contradicts", "\"!identity.contradicts\"", .stricter),
            // A span of more than 292 years is none: the difference fails, and the sum does not.
            (
                "request.decidedAt - device.activatedAt >= deviceMinimumAge",
                "device.activatedAt + deviceMinimumAge <= request.decidedAt", .looser
            ),
            (
                "require: \"!owner.hasTemporaryDevice\"",
                "require: \"!owner.hasTemporaryDevice || owner.deviceKinds.size() > 2\"", .looser
            ),
            (
                "device.sharedWith < widelyShared",
                "(device.sharedWith < widelyShared || device.sharedWith == 9223372036854775807)", .looser
            ),
            ("    shareable: false # the app enrols several users by itself\n", "", .looser),
        ])
    func direction(old: String, new: String, expected: PolicyComparison.Verdict) throws {
        let (before, after) = (try Fixtures.bundled(), try Fixtures.bundled((old, new)))
        let comparison = PolicyComparison(old: before, new: after)
        #expect(comparison.verdict == expected, "\(comparison.witnesses.map(\.words)) \(comparison.obstacles)")
        let simplifier = FactsSimplifier(plain: FactsSampler(seed: 1, policies: [before, after]).plain)
        for witness in comparison.witnesses {
            #expect(witness.old == before.evaluate(witness.facts) && witness.new == after.evaluate(witness.facts))
            for simpler in simplifier.simpler(than: witness.facts) where FactLaws.hold(for: simpler) {
                let pair = [before.evaluate(simpler).severity, after.evaluate(simpler).severity]
                #expect(pair != [witness.old.severity, witness.new.severity])
            }
        }
    }

    @Test("says in words what matters of the facts")
    func words() throws {
        let comparison = PolicyComparison(
            old: try Fixtures.bundled(), new: try Fixtures.bundled(("widelyShared: 3", "widelyShared: 4")))
        #expect(comparison.witnesses.map(\.words) == [["the device is shared with 3 others"]])
    }
}
