import EligibilityPolicy
import Testing

@testable import PolicyProof

@Suite("The comparison of two policies")
struct PolicyComparisonTests {
    static let pairs = (try? Fixtures.rows("pairs/expected.tsv")) ?? []
    static let backDoors = (try? Fixtures.rows("back-doors/expected.tsv")) ?? []

    /// The verdict is the one that is expected, and each witness is what the policies themselves decide.
    private func check(_ old: Policy, _ new: Policy, _ facts: Facts, _ row: [String]) throws {
        let expected = try #require(PolicyComparison.Direction(rawValue: row[3]))
        #expect(old.evaluate(facts).outcome.rawValue == row[1] && new.evaluate(facts).outcome.rawValue == row[2])
        let comparison = PolicyComparison(old: old, new: new)
        #expect(comparison.verdict.rawValue == expected.rawValue, "\(comparison.obstacles)")
        #expect(comparison.witnesses.allSatisfy { $0.direction == expected })
        #expect(comparison.witnesses.contains { $0.old.outcome.rawValue == row[1] && $0.new.outcome.rawValue == row[2] })
        for witness in comparison.witnesses {
            #expect(witness.old == old.evaluate(witness.facts) && witness.new == new.evaluate(witness.facts))
            #expect(FactLaws.hold(for: witness.facts))
        }
        let mirrored = PolicyComparison(old: new, new: old)
        #expect(mirrored.verdict == (expected == .looser ? .stricter : .looser))
    }

    @Test("finds the direction of each change, with facts", arguments: pairs)
    func pair(row: [String]) throws {
        try check(
            Fixtures.policy("pairs/\(row[0]).old.yaml"), Fixtures.policy("pairs/\(row[0]).new.yaml"),
            Fixtures.facts("pairs/\(row[0]).facts.yaml"), row)
    }

    @Test("finds each back door in a large policy", arguments: backDoors)
    func backDoor(row: [String]) throws {
        try check(
            Fixtures.policy("back-doors/old.yaml"), Fixtures.policy("back-doors/\(row[0]).yaml"),
            Fixtures.facts("back-doors/\(row[0]).facts.yaml"), row)
    }

    @Test("has all of its fixtures")
    func fixtures() { #expect(Self.pairs.count == 23 && Self.backDoors.count == 4) }
}
