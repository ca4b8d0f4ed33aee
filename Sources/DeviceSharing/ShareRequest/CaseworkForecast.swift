import Canonical
import EligibilityPolicy

/// What would come of each thing that one officer can do with a request now. Nothing is recorded.
public struct CaseworkForecast: Hashable, Sendable {
    public enum Approval: Hashable, Sendable {
        /// The sharing would stand at once.
        case approved
        /// It would be the first of two approvals.
        case endorsed
        /// Today's facts do not allow it: it would be rejected for these, the primary one first.
        case rejected([StatedReason])
        /// This officer may not decide on it now, or there is nothing to decide.
        case refused(SharingError)
    }

    public let approval: Approval
    /// Why the officer cannot reject it; nil where nothing stands in the way.
    public let rejectionRefusal: SharingError?
    public let claimRefusal: SharingError?
    public let releaseRefusal: SharingError?

    /// Asks the deciders themselves, so that it cannot say anything else than they do. Throws `malformed-event-data`.
    public init(
        on request: ShareRequest, by officer: Officer, facts: Result<SharingFacts, SharingError>, policy: Policy,
        at now: Timestamp
    ) throws(EventDecodingError) {
        approval = try Self.approval(of: request, by: officer, facts: facts, policy: policy, at: now)
        let rejection = Self.refusal { () throws(SharingError) in
            try ShareRequestDecider.reject(
                request, by: officer, reason: nil, note: nil, facts: facts, policy: policy, at: now)
        }
        // The reason is still to be chosen, which is asked for last.
        rejectionRefusal = rejection?.code == .reasonRequired ? nil : rejection
        claimRefusal = Self.refusal { () throws(SharingError) in
            try CaseworkDecider.claim(request, by: officer, facts: facts, at: now)
        }
        releaseRefusal = Self.refusal { () throws(SharingError) in
            try CaseworkDecider.release(request, by: officer.id, at: now)
        }
    }

    private static func approval(
        of request: ShareRequest, by officer: Officer, facts: Result<SharingFacts, SharingError>, policy: Policy,
        at now: Timestamp
    ) throws(EventDecodingError) -> Approval {
        let events: [NewEvent]
        do {
            events = try ShareRequestDecider.approve(
                request, by: officer, note: nil, facts: facts, policy: policy, at: now)
        } catch {
            return .refused(error)
        }
        switch events.first?.event {
        case .shareRequest(.endorsed)?: return .endorsed
        case .shareRequest(.rejected(let rejection))?: return .rejected(try rejection.reasons())
        default: return .approved
        }
    }

    private static func refusal(_ decide: () throws(SharingError) -> [NewEvent]) -> SharingError? {
        do {
            _ = try decide()
            return nil
        } catch {
            return error
        }
    }
}

extension Rejection {
    /// What stood against the request, the primary reason first. Throws `malformed-event-data`.
    public func reasons() throws(EventDecodingError) -> [StatedReason] {
        if let error { return [StatedReason(error)] }
        return try decision?.decision().reasons.map(StatedReason.init) ?? []
    }
}
