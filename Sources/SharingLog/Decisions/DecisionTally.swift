import EligibilityPolicy

/// Requests decided twice, by what came out before and after.
public struct DecisionTally: Hashable, Sendable {
    /// Requests decided again.
    public private(set) var requests = 0
    /// Those with the same outcome for other reasons.
    public private(set) var otherReasons = 0
    /// Requests with another outcome, by the rules that changed it.
    public private(set) var changesByRule: [RuleID: Int] = [:]
    /// Requests on which a rule of the policy that decided again could not be evaluated, by rule: a fault of the policy.
    public private(set) var failuresByRule: [RuleID: Int] = [:]
    private var counts: [Cell: Int] = [:]

    private struct Cell: Hashable {
        let before: Outcome
        let after: Outcome
    }

    public init() {}

    /// Requests that were decided so and would be decided so.
    public subscript(before: Outcome, after: Outcome) -> Int { counts[Cell(before: before, after: after)] ?? 0 }

    /// Requests with another outcome.
    public var changed: Int { counts.reduce(0) { $0 + ($1.key.before == $1.key.after ? 0 : $1.value) } }

    /// Counts a request on which both decide alike.
    ///
    /// - Parameter failed: rules that could not be evaluated.
    package mutating func count(_ outcome: Outcome, failed: [RuleID] = []) {
        requests += 1
        for rule in failed { failuresByRule[rule, default: 0] += 1 }
        counts[Cell(before: outcome, after: outcome), default: 0] += 1
    }

    /// Counts a request by how the two decisions on it compare.
    package mutating func count(_ comparison: DecisionComparison) {
        requests += 1
        counts[Cell(before: comparison.before, after: comparison.after), default: 0] += 1
        if comparison.before == comparison.after, comparison.differs { otherReasons += 1 }
        for rule in comparison.changing { changesByRule[rule, default: 0] += 1 }
        for rule in comparison.failedToEvaluate { failuresByRule[rule, default: 0] += 1 }
    }
}
