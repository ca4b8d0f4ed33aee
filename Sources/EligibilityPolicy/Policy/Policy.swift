import Canonical

/// A policy that was loaded and checked: what decides on share requests.
public struct Policy: Sendable {
    public let name: String
    public let version: String
    /// SHA-256 of the file's text, by which decisions name their policy.
    public let digest: Digest
    /// The file, byte for byte.
    public let source: String
    public let catalog: DeviceCatalog
    /// In the order of the file.
    public let rules: [Rule]
    /// How long a request stays pending before it lapses.
    public let pendingExpiry: Duration
    /// How long it stays pending before it is escalated.
    public let escalation: Duration?
    /// What an officer may give as the reason of a rejection.
    public let rejectionReasons: [RejectionReason]

    /// The names that the file gives to values and to expressions, in its order.
    package let constants: [(name: String, expression: String)]
    package let variables: [(name: String, expression: String)]

    let evaluator: PolicyEvaluator
    let analysis: RuleAnalysis

    /// Decides on facts: total, deterministic, bounded; no clock, no I/O.
    public func evaluate(_ facts: Facts) -> Decision { evaluator.evaluate(facts) }
}

/// One rule of a policy.
public struct Rule: Sendable {
    public let id: RuleID
    public let title: LocalizedText
    /// The CEL expression that must be true.
    public let expression: String
    /// What happens when it is not.
    public let consequence: Consequence
    public let code: SharingErrorCode
    /// CEL expressions of the error's parameters, by name.
    public let parameters: [(name: String, expression: String)]
    /// How many different officers must approve what the rule holds: 1 or 2.
    public let approvals: Int
}

/// A reason that officers choose from.
public struct RejectionReason: Hashable, Sendable {
    public let id: RejectionReasonID
    public let title: LocalizedText
}

/// The name of a rejection reason, such as `suspected-fraud`.
public struct RejectionReasonID: Hashable, Sendable, RawRepresentable {
    public let rawValue: String

    public init(rawValue: String) { self.rawValue = rawValue }
}
