import Canonical
import EligibilityPolicy

/// Decides on what officers do with a pending request short of deciding on it.
public enum CaseworkDecider {
    /// How long a claim holds unless it is renewed.
    public static let claimLease: Duration = .seconds(15 * 60)

    /// The officer works on the request from now on, or goes on doing so. Nothing while more than half of the lease is left:
    /// an open page renews it often, and the log is no place for that.
    public static func claim(
        _ request: ShareRequest, by officer: Actor, facts: Result<SharingFacts, SharingError>, at now: Timestamp
    ) throws(SharingError) -> [NewEvent] {
        let pending = try request.decidable(for: "claim", at: now)
        try request.checkDuties(of: officer, facts: facts)
        try request.checkClaim(of: officer, attempted: "claim", at: now)
        if let claim = pending.claim, claim.officer == officer.id, now.advanced(by: claimLease / 2) < claim.until { return [] }
        return [
            .shareRequest(request.id, .claimed(officer: officer.id, until: now.advanced(by: claimLease)))
        ]
    }

    /// The officer lets go of it. Nothing where nobody has it.
    public static func release(
        _ request: ShareRequest, by officer: Actor, at now: Timestamp
    ) throws(SharingError) -> [NewEvent] {
        let pending = try request.pending(for: "release")
        try request.checkClaim(of: officer, attempted: "release", at: now)
        return pending.claim == nil ? [] : [.shareRequest(request.id, .released(officer: officer.id))]
    }

    /// A note for other officers and auditors, in any state.
    public static func note(
        _ request: ShareRequest, by officer: Actor, text: String
    ) throws(SharingError) -> [NewEvent] {
        guard (1...ShareRequestDecider.longestNote).contains(text.utf8.count) else {
            throw .invalidInput(
                field: "text", problem: "must have 1 to \(ShareRequestDecider.longestNote) bytes")
        }
        return [.shareRequest(request.id, .noted(officer: officer.id, text: text))]
    }
}
