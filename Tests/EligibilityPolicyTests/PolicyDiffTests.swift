import Foundation
import Testing

@testable import EligibilityPolicy

@Suite("The difference between two policies")
struct PolicyDiffTests {
    private func diff(_ change: (String, String)...) throws -> PolicyDiff {
        let text = try Files.policyText("device-sharing.yaml")
        var changed = text
        for (old, new) in change {
            #expect(changed.contains(old))
            changed = changed.replacing(old, with: new)
        }
        return PolicyDiff(old: try Policy.load(text, file: "old"), new: try Policy.load(changed, file: "new"))
    }

    @Test("is nothing for the same text")
    func same() throws {
        let diff = try diff()
        #expect(diff.changes.isEmpty && diff.witness == nil)
    }

    @Test("is told in words, with facts on which they decide differently")
    func constant() throws {
        let diff = try diff(("deviceMinimumAge: duration('168h')", "deviceMinimumAge: duration('336h')"))
        #expect(
            diff.changes.map(\.description) == [
                "changed  constant deviceMinimumAge\n    value: duration('168h') → duration('336h')"
            ])
        let witness = try #require(diff.witness)
        #expect(witness.old.outcome == .approve)
        #expect(witness.new.reasons.map(\.rule) == ["device-seasoned"])
        let asked = try #require(witness.facts.owner.devices.first { $0.id == witness.facts.device })
        let age = witness.facts.decidedAt.duration(since: asked.activatedAt)
        #expect(age >= .seconds(168 * 3_600) && age < .seconds(336 * 3_600))
    }

    @Test("names rules that were removed, added and changed")
    func rules() throws {
        let diff = try diff(
            ("  - id: device-not-widely-shared\n", "  - id: device-shared-with-few\n"),
            ("sharedWith < widelyShared", "sharedWith < widelyShared - 1"),
            (
                "    require: sameEntity || identity.identical || identity.contradicts\n    otherwise: review",
                "    require: sameEntity || identity.identical || identity.contradicts\n    otherwise: reject"
            ))
        #expect(
            diff.changes.map(\.description) == [
                "removed  rule device-not-widely-shared", "changed  rule identity-complete\n    otherwise: review → reject",
                "added  rule device-shared-with-few",
            ])
        #expect(diff.witness != nil)
    }

    @Test("says how long requests wait in hours")
    func pending() throws {
        let diff = try diff(("expiresAfter: 120h", "expiresAfter: 90m"), ("escalatesAfter: 48h", "escalatesAfter: 1h30s"))
        #expect(
            diff.changes.map(\.description) == [
                "changed  a pending request\n    lapses after: 120h → 1h30m\n    is escalated after: 48h → 1h30s"
            ])
    }

    @Test("of words only has no witness")
    func words() throws {
        let diff = try diff(("en: The owner has consented", "en: The owner agreed"))
        #expect(diff.changes.count == 1)
        #expect(diff.witness == nil)
    }

    @Test("is found for each rule that is left out", arguments: 0..<13)
    func leavingOut(place: Int) throws {
        let text = try Files.policyText("device-sharing.yaml")
        let old = try Policy.load(text, file: "old")
        var parts = text.components(separatedBy: "\n  - id: ")
        let rule = try #require(parts.firstIndex { $0.hasPrefix("\(old.rules[place].id)\n") })
        // What follows the rule's own lines, such as the next section, stays.
        let tail = parts[rule].components(separatedBy: "\n\n").dropFirst()
        parts[rule - 1] += tail.map { "\n\n" + $0 }.joined()
        parts.remove(at: rule)
        let new = try Policy.load(parts.joined(separator: "\n  - id: "), file: "new")
        #expect(new.rules.count == old.rules.count - 1)
        let diff = PolicyDiff(old: old, new: new)
        #expect(diff.changes.map(\.description) == ["removed  rule \(old.rules[place].id)"])
        let witness = try #require(diff.witness)
        #expect(witness.old.reasons.map(\.rule).contains(old.rules[place].id))
    }

    @Test("is shown on facts of which nothing more can be made plain", arguments: UInt64(1)...3)
    func minimal(seed: UInt64) throws {
        for (old, new) in [
            ("duration('168h')", "duration('336h')"), ("widelyShared: 3", "widelyShared: 2"),
            ("device.level >= request.highestLevel", "device.level > requester.highestLevel"),
            ("requester.entityKind == 'individual' && ", ""),
            ("sameEntity || !identity.contradicts", "false || !identity.contradicts"),
            (
                "require: \"!owner.hasTemporaryDevice\"",
                "require: \"!owner.hasTemporaryDevice || owner.deviceKinds.size() > 2\""
            ),
        ] {
            let text = try Files.policyText("device-sharing.yaml")
            #expect(text.contains(old))
            let (old, new) = (
                try Policy.load(text, file: "old"), try Policy.load(text.replacing(old, with: new), file: "new")
            )
            let witness = try #require(PolicyDiff(old: old, new: new, seed: seed).witness)
            #expect(PolicyDiff.differs(old, new, on: witness.facts))
            let plain = FactsSampler(seed: seed, policies: [old, new]).plain
            for simpler in FactsSimplifier(plain: plain).simpler(than: witness.facts) {
                #expect(!PolicyDiff.differs(old, new, on: simpler), "seed \(seed)")
            }
        }
    }

    @Test(
        "leaves alone what cannot be made plainer, and makes all plain where nothing matters", arguments: UInt64(1)...20
    )
    func simplifying(seed: UInt64) throws {
        let policy = try Policy.load(Files.policyText("device-sharing.yaml"), file: "policy")
        var sampler = FactsSampler(seed: seed, policies: [policy])
        let simplifier = FactsSimplifier(plain: sampler.plain)
        for _ in 0..<50 {
            let facts = sampler.next()
            #expect(simplifier.simplify(facts) { $0 == facts } == facts, "seed \(seed)")
            #expect(simplifier.simplify(facts) { _ in true } == sampler.plain, "seed \(seed)")
        }
    }

    @Test("is found beside literals at the bounds of whole numbers", arguments: ["9223372036854775807", "-9223372036854775808"])
    func bounds(literal: String) throws {
        let diff = try diff(
            ("device.sharedWith < widelyShared", "(device.sharedWith < widelyShared || device.sharedWith == \(literal))"))
        #expect(diff.changes.count == 1)
    }
}
