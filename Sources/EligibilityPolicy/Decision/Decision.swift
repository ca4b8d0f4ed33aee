import Canonical

/// What a policy decided on one set of facts, and why.
public struct Decision: Hashable, Sendable {
    public let outcome: Outcome
    /// The digest of the policy that decided.
    public let policy: Digest
    /// What every rule said, in the order of the policy's rules.
    public let rulings: [Ruling]
    /// How many different officers must approve: 0 unless the outcome is review.
    public let approvalsRequired: Int
    /// What clients are told in place of the reasons; nil where the policy discloses each of them as itself.
    public let disclosed: [StatedReason]?

    /// - Parameter approvalsRequired: what the failed review rules ask for; it counts only
    ///   where the outcome is review, and then at least one officer must approve.
    public init(policy: Digest, rulings: [Ruling], approvalsRequired: Int) {
        let consequences = rulings.lazy.compactMap(\.reason?.consequence).filter { $0 != .note }
        let outcome: Outcome =
            consequences.contains(.reject) ? .reject : consequences.isEmpty ? .approve : .review
        self.init(
            outcome: outcome, policy: policy, rulings: rulings,
            approvalsRequired: outcome == .review ? max(1, approvalsRequired) : 0)
    }

    /// Trusts the caller that the parts agree; for the evaluator, which knows them already.
    package init(
        outcome: Outcome, policy: Digest, rulings: [Ruling], approvalsRequired: Int, disclosed: [StatedReason]? = nil
    ) {
        self.outcome = outcome
        self.policy = policy
        self.rulings = rulings
        self.approvalsRequired = approvalsRequired
        self.disclosed = disclosed
    }

    /// The rules whose expressions could not be evaluated on these facts, in rule order. They count as not met, but the fault is
    /// the policy's.
    public var rulesFailedToEvaluate: [RuleID] { rulings.filter { $0.finding == .failedToEvaluate }.map(\.rule) }

    /// Why the request is not approved: what rejects it before what holds it, each in rule
    /// order. The first is the primary reason.
    public var reasons: [Reason] {
        guard outcome != .approve else { return [] }
        let all = rulings.compactMap(\.reason)
        return all.filter { $0.consequence == .reject } + all.filter { $0.consequence == .review }
    }

    /// The failed rules that are only noted, in rule order: they are no reason for anything.
    public var notes: [Reason] { rulings.compactMap(\.reason).filter { $0.consequence == .note } }
}
