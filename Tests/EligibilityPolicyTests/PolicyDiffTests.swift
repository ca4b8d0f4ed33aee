import Foundation
import Testing

@testable import EligibilityPolicy

@Suite("The difference between two policies")
struct PolicyDiffTests {
    private func diff(_ change: (String, String)...) throws -> [PolicyChange] {
        let text = try Files.policyText("device-sharing.yaml")
        var changed = text
        for (old, new) in change {
            #expect(changed.contains(old))
            changed = changed.replacing(old, with: new)
        }
        return PolicyDiff.changes(try Policy.load(text, file: "old"), try Policy.load(changed, file: "new"))
    }

    @Test("is nothing for the same text")
    func same() throws {
        #expect(try diff().isEmpty)
    }

    @Test("is told in words")
    func constant() throws {
        let diff = try diff(("deviceMinimumAge: duration('168h')", "deviceMinimumAge: duration('336h')"))
        #expect(
            diff.map(\.description) == [
                "changed  constant deviceMinimumAge\n    value: duration('168h') → duration('336h')"
            ])
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
            diff.map(\.description) == [
                "removed  rule device-not-widely-shared", "changed  rule identity-complete\n    otherwise: review → reject",
                "added  rule device-shared-with-few",
            ])
    }

    @Test("says how long requests wait in hours")
    func pending() throws {
        let diff = try diff(("expiresAfter: 120h", "expiresAfter: 90m"), ("escalatesAfter: 48h", "escalatesAfter: 1h30s"))
        #expect(
            diff.map(\.description) == [
                "changed  a pending request\n    lapses after: 120h → 1h30m\n    is escalated after: 48h → 1h30s"
            ])
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
}
