import Canonical
import DeviceSharing
import EligibilityPolicy

/// A share request as the server shows it.
public struct ShareRequestAnswer: Sendable {
    public let id: ShareRequestID
    public let state: ShareRequest.State
    public let requester: UserID
    public let owner: UserID
    public let device: DeviceID
    public let submittedAt: Timestamp
    /// When it lapses, while it is pending.
    public let expiresAt: Timestamp?
    /// The officer who gave the first of two approvals, while it is pending; portals are not told.
    public let endorsedBy: String?
    /// Why it was held or rejected, the primary reason first. In lists, codes alone.
    public let reasons: [ReasonAnswer]
    /// For which reason of the policy's list an officer rejected it; to portals what the policy discloses in its place, which is
    /// `compliance-decision` unless it says otherwise.
    public let rejectionReason: String?
    /// What that says, in the client's language; nil in lists.
    public let rejectionTitle: String?
    /// The whole answer.
    public let json: JSONValue

    init(_ json: JSONValue) throws(ClientError) {
        guard let id = json["id"]?.stringValue.flatMap({ ShareRequestID($0) }),
            let state = json["state"]?.stringValue.flatMap(ShareRequest.State.init(rawValue:)),
            let requester = json["requester"]?.stringValue.flatMap({ UserID($0) }),
            let owner = json["owner"]?.stringValue.flatMap({ UserID($0) }),
            let device = json["device"]?.stringValue.flatMap({ DeviceID($0) }),
            let submittedAt = json["submittedAt"]?.stringValue.flatMap({ Timestamp($0) })
        else { throw ClientError(.unexpectedAnswer, "a share request lacks what every one has") }
        self.id = id
        self.state = state
        self.requester = requester
        self.owner = owner
        self.device = device
        self.submittedAt = submittedAt
        self.json = json
        expiresAt = json["expiresAt"]?.stringValue.flatMap { Timestamp($0) }
        endorsedBy = json["endorsedBy"]?.stringValue
        rejectionReason = json["rejectionReason"]?.stringValue
        rejectionTitle = json["rejectionTitle"]?.stringValue
        reasons = (json["reasons"]?.arrayValue ?? []).compactMap(ReasonAnswer.init)
    }

    /// The rejection reason where `reasons` does not say the same.
    package var officersReason: String? {
        rejectionReason.flatMap { reason in reasons.contains { $0.code == reason } ? nil : reason }
    }
}

/// Why a request was held or rejected.
public struct ReasonAnswer: Hashable, Sendable {
    public let code: String
    /// In the client's language; the code where the answer has no words.
    public let title: String
    public let detail: String
    public let advice: String

    init?(_ json: JSONValue) {
        guard let code = json.stringValue ?? json["code"]?.stringValue else { return nil }
        self.code = code
        title = json["title"]?.stringValue ?? code
        detail = json["detail"]?.stringValue ?? code
        advice = json["advice"]?.stringValue ?? ""
    }
}

/// What a request would come to.
public struct AssessmentAnswer: Sendable {
    public let outcome: Outcome
    public let reasons: [ReasonAnswer]
    public let json: JSONValue

    init(_ json: JSONValue) throws(ClientError) {
        guard let outcome = json["outcome"]?.stringValue.flatMap(Outcome.init(rawValue:)) else {
            throw ClientError(.unexpectedAnswer, "an assessment lacks its outcome")
        }
        self.outcome = outcome
        self.json = json
        reasons = (json["reasons"]?.arrayValue ?? []).compactMap(ReasonAnswer.init)
    }
}

/// A device with which a user might log in.
public struct CandidateAnswer: Sendable {
    public let device: DeviceID
    public let kind: DeviceKindID
    public let level: Int
    public let owner: UserID
    public let outcome: Outcome
    public let reasons: [ReasonAnswer]
    public let json: JSONValue

    init(_ json: JSONValue) throws(ClientError) {
        guard let device = json["device"]?.stringValue.flatMap({ DeviceID($0) }),
            let kind = json["kind"]?.stringValue, let level = json["level"]?.integerValue,
            let owner = json["owner"]?.stringValue.flatMap({ UserID($0) }),
            let outcome = json["outcome"]?.stringValue.flatMap(Outcome.init(rawValue:))
        else { throw ClientError(.unexpectedAnswer, "a candidate lacks what every one has") }
        self.device = device
        self.kind = DeviceKindID(rawValue: kind)
        self.level = Int(level)
        self.owner = owner
        self.outcome = outcome
        self.json = json
        reasons = (json["reasons"]?.arrayValue ?? []).compactMap(ReasonAnswer.init)
    }
}

/// The fact that a user logs in with another's device.
public struct SharingAnswer: Sendable {
    public let id: ShareRequestID
    public let user: UserID
    public let owner: UserID
    public let device: DeviceID
    public let since: Timestamp?
    public let endedAt: Timestamp?
    public let json: JSONValue

    init(_ json: JSONValue) throws(ClientError) {
        guard let id = json["id"]?.stringValue.flatMap({ ShareRequestID($0) }),
            let user = json["user"]?.stringValue.flatMap({ UserID($0) }),
            let owner = json["owner"]?.stringValue.flatMap({ UserID($0) }),
            let device = json["device"]?.stringValue.flatMap({ DeviceID($0) })
        else { throw ClientError(.unexpectedAnswer, "a sharing lacks what every one has") }
        self.id = id
        self.user = user
        self.owner = owner
        self.device = device
        self.json = json
        since = json["since"]?.stringValue.flatMap { Timestamp($0) }
        endedAt = json["endedAt"]?.stringValue.flatMap { Timestamp($0) }
    }
}
