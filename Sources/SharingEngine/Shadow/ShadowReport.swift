import Canonical
import EligibilityPolicy
import SharingLog

/// What a candidate policy would have decided beside the policy in force, so far.
public struct ShadowReport: Hashable, Sendable {
    /// The candidate: SHA-256 of its text.
    public let candidate: Digest
    /// Outcomes of the policy in force against those of the candidate.
    public internal(set) var tally = DecisionTally()
    /// Requests on which an expression of the candidate could not be evaluated; its rule counts as not passed.
    public internal(set) var failures = 0
    /// Requests that were not compared, because too many waited for it.
    public internal(set) var skipped = 0

    init(candidate: Digest) { self.candidate = candidate }
}
