/// What one rule said of a share request.
public struct Ruling: Hashable, Sendable {
    public let rule: RuleID
    /// Why the rule did not pass; nil where it did.
    public let reason: Reason?

    public var passed: Bool { reason == nil }

    /// Whether the rule was not met, or could not be evaluated at all, which is a fault of the policy and not of the request.
    public var finding: Finding {
        guard let reason else { return .met }
        return reason.evaluationFailure == nil ? .notMet : .failedToEvaluate
    }

    /// The result of looking at a rule.
    public enum Finding: String, CaseIterable, Hashable, Sendable {
        case met
        case notMet = "not-met"
        /// The rule's expression had no value on these facts; such a rule counts as not met.
        case failedToEvaluate = "failed-to-evaluate"
    }

    /// A rule that passed.
    public init(passed rule: RuleID) {
        self.rule = rule
        reason = nil
    }

    /// A rule that did not pass.
    public init(failed reason: Reason) {
        rule = reason.rule
        self.reason = reason
    }
}

/// Why a rule did not pass and what follows from it.
public struct Reason: Hashable, Sendable {
    public let rule: RuleID
    public let consequence: Consequence
    public let code: ReasonCode
    public let parameters: ErrorParameters
    /// The run-time error of the rule's expression; such a rule counts as not passed.
    public let evaluationFailure: String?

    public init(
        rule: RuleID, consequence: Consequence, code: ReasonCode,
        parameters: ErrorParameters, evaluationFailure: String? = nil
    ) {
        self.rule = rule
        self.consequence = consequence
        self.code = code
        self.parameters = parameters
        self.evaluationFailure = evaluationFailure
    }
}
