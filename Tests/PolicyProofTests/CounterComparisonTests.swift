import Canonical
import EligibilityPolicy
import TestSupport
import Testing

@testable import PolicyProof

@Suite("The comparison of policies that count")
struct CounterComparisonTests {
    private static func policy(
        _ requirement: String, _ counters: [(name: String, what: String)] = [("few", "count: sharings, of: owner, within: 30d")]
    ) throws -> Policy {
        // As a recorded one: what can never fail is refused in a new policy.
        try Policy.loadRecorded(
            ExamplePolicy.text(
                rules: ExamplePolicy.rule("a", requirement),
                counters: counters.map { ExamplePolicy.counter($0.name, $0.what) }.joined(separator: "\n")),
            file: "example.yaml")
    }

    @Test("says looser, with a number that the two decide so")
    func looser() throws {
        let (old, new) = (try Self.policy("counter.few < 2"), try Self.policy("counter.few <= 2"))
        let comparison = PolicyComparison(old: old, new: new)
        #expect(comparison.verdict == .looser, "\(comparison.obstacles)")
        let witness = try #require(comparison.witnesses.first)
        #expect(witness.facts.counters[try #require(HistoryCounter("sharings.owner.30d"))] == 2)
        #expect(witness.old == old.evaluate(witness.facts) && witness.new == new.evaluate(witness.facts))
        #expect(PolicyComparison(old: new, new: old).verdict == .stricter)
        let plain = FactsSampler(seed: 1, policies: [old]).plain
        #expect(FactsInWords(plain: plain).words(for: witness.facts).contains("the counter sharings.owner.30d is 2"))
    }

    @Test("knows a counter by what it counts, not by its name")
    func names() throws {
        let one = try Self.policy("counter.few < 2")
        let other = try Self.policy("!(counter.many >= 2)", [("many", "count: sharings, of: owner, within: 720h")])
        #expect(PolicyComparison(old: one, new: other).verdict == .equal)
        let longer = try Self.policy("counter.few < 2", [("few", "count: sharings, of: owner, within: 31d")])
        #expect(PolicyComparison(old: one, new: longer).verdict == .both)
        let idle = try Self.policy("consent.given || !consent.given")
        #expect(PolicyComparison(old: one, new: idle).verdict == .looser)
    }

    @Test("knows that a counter is never negative and never above a million")
    func bounds() throws {
        let all = try Self.policy("counter.few >= 0 && counter.few <= 1000000")
        #expect(PolicyComparison(old: all, new: try Self.policy("true")).verdict == .equal)
        #expect(PolicyComparison(old: all, new: try Self.policy("counter.few < 1000000")).verdict == .stricter)
    }

    @Test("does not take the whole of what is counted to be the same where it is not")
    func wholes() throws {
        let requirement = "[counter].exists(c, c.few < 2)"
        let (one, other) = (
            try Self.policy(requirement), try Self.policy(requirement, [("few", "count: rejections, of: requester, within: 1d")])
        )
        #expect(![.equal, .stricter].contains(PolicyComparison(old: one, new: other).verdict))
        #expect(PolicyComparison(old: one, new: try Self.policy(requirement)).verdict == .equal)
    }
}
