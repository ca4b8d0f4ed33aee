import Canonical
import EligibilityPolicy

/// What can happen to a share request.
public enum ShareRequestEvent: Hashable, Sendable {
    /// - Parameters:
    ///   - statement: what the portal said beside the consent.
    ///   - submitter: the portal that submitted it; nil in events of before, which did not say so.
    case submitted(
        request: ShareRequestID, requester: UserID, owner: UserID, device: DeviceID, consent: OwnerConsent?,
        statement: PortalStatement = .none, submitter: String? = nil)
    /// Pending from now on, until it lapses; escalated before that, where the policy says when.
    case held(DecisionRecord, expiresAt: Timestamp, escalatesAt: Timestamp?)
    case approved(by: DecisionMaker, DecisionRecord, note: String?)
    case rejected(Rejection)
    case withdrawn(note: String?)
    case expired
    /// It has been pending for as long as the policy lets a request wait without notice.
    case escalated
    /// An officer works on it until then, unless the claim is renewed.
    case claimed(officer: String, until: Timestamp)
    case released(officer: String)
    case noted(officer: String, text: String)
    /// The first of two approvals.
    case endorsed(officer: String, note: String?)
    /// The approved request has become a sharing.
    case activated
    /// The sharing is over.
    /// - Parameter consent: the owner's, where the owner ended it; events of before have none.
    case ended(reason: EndReason, consent: OwnerConsent? = nil, note: String?)
}

/// Who decided on a request.
public enum DecisionMaker: String, Hashable, Sendable, CaseIterable {
    case policy
    case compliance
}

/// Why a sharing ended.
public enum EndReason: String, Hashable, Sendable, CaseIterable {
    case stoppedByRequester = "stopped-by-requester"
    case stoppedByOwner = "stopped-by-owner"
    case stoppedByCompliance = "stopped-by-compliance"
    case deviceDeactivated = "device-deactivated"
    case deviceLost = "device-lost"
    case participantClosed = "participant-closed"
}

/// How a request came to be rejected.
public struct Rejection: Hashable, Sendable {
    public let by: DecisionMaker
    /// The decision that rejected it, or on which an officer did not rely.
    public let decision: DecisionRecord?
    /// What stood against it beside the policy, such as a device that is not active any more.
    public let error: SharingError?
    /// An officer's reason, from the policy's list.
    public let reason: String?
    /// What clients may be told in place of an officer's reason; nil for no more than that an officer has decided.
    public let disclosed: DisclosedRejection?
    public let note: String?

    public init(
        by: DecisionMaker, decision: DecisionRecord? = nil, error: SharingError? = nil, reason: String? = nil,
        disclosed: DisclosedRejection? = nil, note: String? = nil
    ) {
        self.by = by
        self.decision = decision
        self.error = error
        self.reason = reason
        self.disclosed = disclosed
        self.note = note
    }
}

/// What clients are told in place of an officer's reason, as the policy said that was in force when the officer decided.
public struct DisclosedRejection: Hashable, Sendable {
    /// The officer's reason itself, or the code of a reason.
    public let reason: String
    /// The digest of that policy, which has the texts.
    public let policy: Digest

    public init(reason: String, policy: Digest) {
        self.reason = reason
        self.policy = policy
    }
}

/// That the owner agreed, as the portal found out.
public struct OwnerConsent: Hashable, Sendable {
    /// How it is proved.
    public let type: ConsentType
    /// How: 1 to 64 bytes, such as `credentials-and-device-challenge`.
    public let method: String
    public let givenAt: Timestamp
    /// Where the portal keeps the evidence: 1 to 200 bytes.
    public let reference: String

    /// Throws `invalid-input`.
    public init(
        type: ConsentType = .asserted, method: String, givenAt: Timestamp, reference: String
    ) throws(SharingError) {
        guard (1...64).contains(method.utf8.count) else {
            throw .invalidInput(field: "consent.method", problem: "must have 1 to 64 bytes")
        }
        guard (1...200).contains(reference.utf8.count) else {
            throw .invalidInput(field: "consent.reference", problem: "must have 1 to 200 bytes")
        }
        try method.refuseZero(field: "consent.method")
        try reference.refuseZero(field: "consent.reference")
        self.init(trustedMethod: method, givenAt: givenAt, reference: reference, type: type)
    }

    /// How far the portal's clock may be ahead of the engine's.
    public static let clockTolerance: Duration = .seconds(60)

    /// Throws `invalid-input` for a consent of the future, which would stay fresh until that comes.
    func checkGiven(by now: Timestamp) throws(SharingError) {
        guard givenAt <= now.advanced(by: Self.clockTolerance) else {
            throw .invalidInput(field: "consent.givenAt", problem: "must not be in the future")
        }
    }

    /// Takes what was validated before.
    package init(trustedMethod method: String, givenAt: Timestamp, reference: String, type: ConsentType = .asserted) {
        self.type = type
        self.method = method
        self.givenAt = givenAt
        self.reference = reference
    }
}
