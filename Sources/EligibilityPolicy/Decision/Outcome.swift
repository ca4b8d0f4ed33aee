/// What a policy says of a share request as a whole.
public enum Outcome: String, CaseIterable, Hashable, Sendable {
    case approve
    /// A compliance officer must look at it.
    case review
    case reject
}

/// What follows when a rule does not pass.
public enum Consequence: String, CaseIterable, Hashable, Sendable {
    case reject
    case review
    /// It is recorded and counted, and changes nothing.
    case note
}

/// The name of a rule in a policy, such as `owner-consent-fresh`.
public struct RuleID: Hashable, Sendable, RawRepresentable {
    public let rawValue: String

    public init(rawValue: String) {
        self.rawValue = rawValue
    }
}

extension RuleID: ExpressibleByStringLiteral, CustomStringConvertible {
    public init(stringLiteral value: String) { self.init(rawValue: value) }
    public var description: String { rawValue }
}
