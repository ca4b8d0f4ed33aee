import Canonical
import EligibilityPolicy

/// A request that one user may log in with another's device, and the sharing that came of it.
public struct ShareRequest: Hashable, Sendable {
    /// Where the request stands. Nothing leaves `rejected`, `withdrawn`, `expired` and `ended`.
    public enum State: String, Hashable, Sendable, CaseIterable {
        case submitted
        case compliancePending = "compliance-pending"
        case approved
        case active
        case rejected
        case withdrawn
        case expired
        case ended
    }

    /// The state, with what belongs to it.
    public enum Status: Hashable, Sendable {
        case submitted
        case compliancePending(Pending)
        case approved(by: DecisionMaker, at: Timestamp)
        case active(since: Timestamp)
        case rejected(Rejection, at: Timestamp)
        case withdrawn(at: Timestamp)
        case expired(at: Timestamp)
        case ended(EndReason, since: Timestamp, at: Timestamp)

        public var state: State {
            switch self {
            case .submitted: .submitted
            case .compliancePending: .compliancePending
            case .approved: .approved
            case .active: .active
            case .rejected: .rejected
            case .withdrawn: .withdrawn
            case .expired: .expired
            case .ended: .ended
            }
        }
    }

    /// What compliance works with.
    public struct Pending: Hashable, Sendable {
        /// When the request lapses.
        public let expiresAt: Timestamp
        /// When it will be escalated; nil once it is, and where the policy has no such time.
        public internal(set) var escalatesAt: Timestamp?
        public internal(set) var escalatedAt: Timestamp?
        /// How many different officers must approve.
        public let approvalsRequired: Int
        /// The officer who gave the first of two approvals.
        public internal(set) var endorsedBy: String?
        public internal(set) var claim: Claim?
    }

    /// That an officer works on the request, until then.
    public struct Claim: Hashable, Sendable {
        public let officer: String
        public let until: Timestamp

        public func isInForce(at moment: Timestamp) -> Bool { moment < until }
    }

    public let id: ShareRequestID
    public let requester: UserID
    public let owner: UserID
    public let device: DeviceID
    public let consent: OwnerConsent?
    /// What the portal said beside the consent.
    public let statement: PortalStatement
    public let submittedAt: Timestamp
    /// The portal that submitted it; nil where the log does not say so, as before Schema/0019.
    public let submitter: String?
    public internal(set) var status = Status.submitted
    /// The latest decision: at submission, or at the officer's approval.
    public internal(set) var decision: DecisionRecord?

    public var state: State { status.state }

    public var pending: Pending? {
        if case .compliancePending(let pending) = status { pending } else { nil }
    }

    /// Codes for which it was held or rejected, the primary one first.
    public var reasons: [ReasonCode] {
        if case .rejected(let rejection, _) = status, let error = rejection.error { return [.builtIn(error.code)] }
        return decision?.reasons ?? []
    }
}

extension ShareRequest {
    /// Whether the request is one of a portal's own: it submitted it, or the log does not say who did.
    public func isOf(portal: String) -> Bool { submitter == nil || submitter == portal }
}

extension ShareRequest {
    /// The state after one more event, recorded at that time; total over everything that the decider can produce.
    public static func evolve(
        _ state: consuming ShareRequest?, _ event: ShareRequestEvent, at time: Timestamp
    ) -> ShareRequest? {
        if case .submitted(let id, let requester, let owner, let device, let consent, let statement, let submitter) = event {
            return ShareRequest(
                id: id, requester: requester, owner: owner, device: device, consent: consent, statement: statement,
                submittedAt: time, submitter: submitter)
        }
        guard var request = consume state else { return nil }
        switch event {
        case .submitted, .noted: break
        case .held(let record, let expiresAt, let escalatesAt):
            request.decision = record
            request.status = .compliancePending(
                Pending(
                    expiresAt: expiresAt, escalatesAt: escalatesAt,
                    approvalsRequired: max(record.approvalsRequired, 1)))
        case .approved(let decider, let record, _):
            request.decision = record
            request.status = .approved(by: decider, at: time)
        case .rejected(let rejection):
            request.decision = rejection.decision ?? request.decision
            request.status = .rejected(rejection, at: time)
        case .withdrawn: request.status = .withdrawn(at: time)
        case .expired: request.status = .expired(at: time)
        case .escalated:
            request.updatePending {
                $0.escalatesAt = nil
                $0.escalatedAt = time
            }
        case .activated: request.status = .active(since: time)
        case .ended(let reason, _, _):
            guard case .active(let since) = request.status else { return request }
            request.status = .ended(reason, since: since, at: time)
        case .claimed(let officer, let until):
            request.updatePending { $0.claim = Claim(officer: officer, until: until) }
        case .released: request.updatePending { $0.claim = nil }
        case .endorsed(let officer, _):
            request.updatePending {
                $0.endorsedBy = officer
                $0.claim = nil
            }
        }
        return request
    }

    private mutating func updatePending(_ change: (inout Pending) -> Void) {
        guard case .compliancePending(var pending) = status else { return }
        change(&pending)
        status = .compliancePending(pending)
    }
}
