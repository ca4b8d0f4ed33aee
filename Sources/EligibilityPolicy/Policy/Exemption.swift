import Canonical

/// What excepts two users from rules, until a moment: rules that fail between them count as passed.
public struct Exemption: Hashable, Sendable {
    /// The name of the exemption in its file, such as `merger-of-2026`.
    public let id: String
    /// At least one, each a rule of the policy.
    public let rules: [RuleID]
    /// The user who asks.
    public let requester: String
    /// The user whose device it is.
    public let owner: String
    /// The exemption ends at this moment, which is no longer a part of it.
    public let until: Timestamp
    /// Why there is one, for auditors.
    public let reason: String
}

extension Exemption {
    /// Whether an exemption still stands.
    public enum State: String, Hashable, Sendable {
        case standing
        /// It ends within ``notice``.
        case lapsing = "soon"
        case lapsed
    }

    /// How long before its end an exemption is said to lapse soon.
    public static let notice = Duration.seconds(14 * 86_400)

    public func state(at now: Timestamp) -> State {
        if until <= now { return .lapsed }
        return until.duration(since: now) <= Self.notice ? .lapsing : .standing
    }
}
