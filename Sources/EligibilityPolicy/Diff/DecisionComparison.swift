/// How two decisions on the same facts differ.
public struct DecisionComparison: Hashable, Sendable {
    public let before: Outcome
    public let after: Outcome
    /// Rules that fail now and did not before.
    public let failing: [RuleID]
    /// Rules that failed before and do not now.
    public let passing: [RuleID]
    /// Rules that could not be evaluated the second time: they count as failing, but the fault is the policy's.
    public let failedToEvaluate: [RuleID]
    /// Whether the client would have heard something else: another outcome, or other reasons.
    public let differs: Bool

    public init(_ before: Decision, _ after: Decision) {
        self.before = before.outcome
        self.after = after.outcome
        let (old, new) = (before.reasons, after.reasons)
        differs = before.outcome != after.outcome || old.map(\.code) != new.map(\.code)
        // A rule that fails with another consequence than before has changed, too.
        failing = new.filter { reason in
            !old.contains { $0.rule == reason.rule && $0.consequence == reason.consequence }
        }.map(\.rule)
        failedToEvaluate = after.rulesFailedToEvaluate
        passing = old.filter { reason in !new.contains { $0.rule == reason.rule } }.map(\.rule)
        decisive =
            after.outcome.severity > before.outcome.severity
            ? new.filter { $0.consequence.outcome == after.outcome }.map(\.rule)
            : old.filter { $0.consequence.outcome == before.outcome }.map(\.rule)
    }

    /// The rules that changed the outcome: those that made it stricter, or those that no longer do. Empty where the outcome is
    /// the same.
    public var changing: [RuleID] { before == after ? [] : decisive }

    private let decisive: [RuleID]
}

extension Outcome {
    /// Higher is stricter.
    fileprivate var severity: Int {
        switch self {
        case .approve: 0
        case .review: 1
        case .reject: 2
        }
    }
}

extension Consequence {
    fileprivate var outcome: Outcome {
        switch self {
        case .review: .review
        case .reject: .reject
        case .note: .approve
        }
    }
}
