import Canonical
import EligibilityPolicy

/// Decides on what officers do with a pending request short of deciding on it.
public enum CaseworkDecider {
    /// How long a claim holds unless it is renewed.
    public static let claimLease: Duration = .seconds(15 * 60)

    /// The officer works on the request from now on, or goes on doing so.
    public static func claim(
        _ request: ShareRequest, by officer: Officer, facts: Result<SharingFacts, SharingError>, at now: Timestamp
    ) throws(SharingError) -> [NewEvent] {
        let pending = try request.claimable(for: "claim", by: officer, facts: facts, at: now)
        return lease(of: request, pending, to: officer, at: now)
    }

    /// The officer goes on working on it, for a page that asks by itself for as long as it is open. So a claim that was given
    /// back elsewhere, or has lapsed, stays so.
    public static func renewClaim(
        of request: ShareRequest, by officer: Officer, facts: Result<SharingFacts, SharingError>, at now: Timestamp
    ) throws(SharingError) -> [NewEvent] {
        let pending = try request.claimable(for: "renew", by: officer, facts: facts, at: now)
        guard pending.claim?.isInForce(at: now) == true else {
            throw .invalidTransition(from: request.state.rawValue, attempted: "renew")
        }
        return lease(of: request, pending, to: officer, at: now)
    }

    /// Nothing while more than half of the lease is left: an open page renews it often, and the log is no place for that.
    private static func lease(
        of request: ShareRequest, _ pending: ShareRequest.Pending, to officer: Officer, at now: Timestamp
    ) -> [NewEvent] {
        if let claim = pending.claim, claim.officer == officer.id, now.advanced(by: claimLease / 2) < claim.until { return [] }
        return [.shareRequest(request.id, .claimed(officer: officer.id, until: now.advanced(by: claimLease)))]
    }

    /// The officer lets go of it. Nothing where nobody has it.
    public static func release(
        _ request: ShareRequest, by officer: String, at now: Timestamp
    ) throws(SharingError) -> [NewEvent] {
        let pending = try request.pending(for: "release")
        try request.checkClaim(of: officer, attempted: "release", at: now)
        return pending.claim == nil ? [] : [.shareRequest(request.id, .released(officer: officer))]
    }

    /// A note for other officers and auditors, in any state.
    public static func note(
        _ request: ShareRequest, by officer: String, text: String
    ) throws(SharingError) -> [NewEvent] {
        guard (1...ShareRequestDecider.maximumNoteLength).contains(text.unicodeScalars.count) else {
            throw .invalidInput(
                field: "text", problem: "must have 1 to \(ShareRequestDecider.maximumNoteLength) characters")
        }
        try text.refuseZero(field: "text")
        return [.shareRequest(request.id, .noted(officer: officer, text: text))]
    }
}

extension ShareRequest {
    /// What the officer may work on: it waits, is none of their own, and nobody else works on it.
    fileprivate func claimable(
        for attempted: String, by officer: Officer, facts: Result<SharingFacts, SharingError>, at now: Timestamp
    ) throws(SharingError) -> Pending {
        let pending = try decidable(for: attempted, at: now)
        try checkDuties(of: officer, facts: facts)
        try checkClaim(of: officer.id, attempted: attempted, at: now)
        return pending
    }
}
