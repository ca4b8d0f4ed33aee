import Canonical

/// One rule of a policy.
public struct Rule: Sendable {
    public let id: RuleID
    public let title: LocalizedText
    /// The CEL expression that must be true.
    public let expression: String
    /// What happens when it is not.
    public let consequence: Consequence
    public let code: ReasonCode
    /// CEL expressions of the error's parameters, by name.
    public let parameters: [(name: String, expression: String)]
    /// How many different officers must approve what the rule holds: 1 or 2.
    public let approvals: Int
    /// Where the rule acts.
    public let at: Set<EvaluationMoment>
    /// The rule acts on decisions from this moment on; nil for always.
    public let from: Timestamp?
    /// The rule acts on decisions before this moment; nil for always.
    public let until: Timestamp?
    /// How long a request stays pending that the rule holds; nil for the policy's times.
    public let pending: PendingTimes?
}
