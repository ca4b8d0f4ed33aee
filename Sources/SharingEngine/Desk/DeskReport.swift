import DeviceSharing
import EligibilityPolicy
import SharingLog

/// What compliance came to in a span of time, and what waits now.
public struct DeskReport: Hashable, Sendable {
    /// How requests came out.
    public struct Outcomes: Hashable, Sendable {
        /// Decided by the policy as they were submitted.
        public let approvedByPolicy: Int
        public let rejectedByPolicy: Int
        /// Decided after they had been pending, by an officer or by the policy that an officer's approval asks again.
        public let approvedAfterReview: Int
        public let rejectedAfterReview: Int
        public let withdrawn: Int
        public let expired: Int
    }

    /// What became of requests that were held for one reason.
    public struct ReasonOutcomes: Hashable, Sendable {
        public let reason: ReasonCode
        public let approved: Int
        public let rejected: Int
    }

    /// How often a rule failed that is only noted.
    public struct NoteCount: Hashable, Sendable {
        public let rule: RuleID
        public let requests: Int
    }

    /// Requests of each kind that are looked at, at most.
    public static let limit = 50_000
    /// Submitted requests whose notes are counted, at most: the newest ones.
    public static let noteLimit = 5_000

    public let outcomes: Outcomes
    /// Whether there were more than `limit` of a kind, so that its numbers are of a part of them: "at least".
    public let isPartial: Bool
    /// From submission to decision, of those that had been pending; nil where there were none.
    public let medianTimeToDecision: Duration?
    /// The most frequent reason first.
    public let reasons: [ReasonOutcomes]
    /// What the rules of the policy in force would have done that are only noted, the most frequent first; those that never failed
    /// are there with 0. Nothing where it has no such rule.
    public let notes: [NoteCount]
    /// The pending request that has waited longest.
    public let oldestWaiting: ShareRequestRow?
}
