import Canonical
import EligibilityPolicy

/// A login name as the log tells of it.
public struct User: Hashable, Sendable {
    public enum Status: String, Hashable, Sendable {
        case open
        case closed
    }

    /// That the user logs in with another's device.
    public struct LoginSharing: Hashable, Sendable {
        public let request: ShareRequestID
        public let device: DeviceID
        /// The user's own lower devices, which come back when the sharing ends.
        public let superseded: [DeviceID]
    }

    /// Which identity attributes are on file, not what they are.
    public struct RecordedIdentity: Hashable, Sendable {
        /// Which key made the fingerprints.
        public let keyID: String
        public let attributes: [IdentityAttribute]
    }

    public let id: UserID
    public internal(set) var entity: EntityID
    public internal(set) var entityKind: EntityKind
    /// Who uses the login; nil where that is not known.
    public internal(set) var person: PersonID?
    public internal(set) var adult: Adulthood
    /// When the broker registered the login name.
    public internal(set) var registeredAt: Timestamp
    public internal(set) var status = Status.open
    /// Devices issued to the user, in that order.
    public internal(set) var devices: [DeviceID] = []
    public internal(set) var identity: RecordedIdentity?
    /// The user's request that is pending, as requester.
    public internal(set) var openRequest: ShareRequestID?
    public internal(set) var loginSharing: LoginSharing?
    /// When identity data on file were last replaced or erased; nil where they never were. The first ones are no change.
    public internal(set) var identityChangedAt: Timestamp?
    /// What the user's requests led to lately.
    public internal(set) var attempts = RecentAttempts()
    /// How often the user's own record has changed, its registration included: from 1. Devices, requests and sharings have
    /// records of their own, and count for nothing here.
    public internal(set) var revision = 1
    /// Whether a request or a sharing of the user has begun or ended since its own record changed last.
    public internal(set) var hasNewsOfSharing = false
}

extension User {
    /// The state after one more event, recorded at a moment; total over everything that the decider can produce.
    public static func evolve(_ state: consuming User?, _ event: UserEvent, at time: Timestamp) -> User? {
        if case .registered(let id, let entity, let kind, let person, let adult, let registeredAt) = event {
            return User(
                id: id, entity: entity, entityKind: kind, person: person, adult: adult, registeredAt: registeredAt)
        }
        guard var user = consume state else { return nil }
        switch event {
        case .registered, .deviceAssigned: break
        case .entityChanged, .identityRecorded, .identityErased, .closed:
            user.revision += 1
            user.hasNewsOfSharing = false
        case .shareRequestOpened, .shareRequestClosed, .loginDeviceChanged: user.hasNewsOfSharing = true
        }
        switch event {
        case .registered: break
        case .entityChanged(_, let entity, let kind, let person, let adult):
            user.entity = entity
            user.entityKind = kind
            user.person = person
            user.adult = adult
        case .identityRecorded(_, let keyID, let attributes):
            if user.identity != nil || user.identityChangedAt != nil { user.identityChangedAt = time }
            user.identity = RecordedIdentity(keyID: keyID, attributes: attributes)
        case .identityErased:
            user.identity = nil
            user.identityChangedAt = time
        case .closed: user.status = .closed
        case .deviceAssigned(_, let device): user.devices.append(device)
        case .shareRequestOpened(_, let request):
            user.openRequest = request
            user.attempts.submitted(request, at: time)
        case .shareRequestClosed(_, let request, let isRejected):
            user.close(request)
            if isRejected { user.attempts.rejected(request, at: time) }
        case .loginDeviceChanged(_, let device, let request, let superseded):
            // A sharing stands: the request that it came of is not pending any more.
            user.close(request)
            if let device, let request {
                user.attempts.began(request, at: time)
                user.loginSharing = LoginSharing(request: request, device: device, superseded: superseded)
            } else {
                user.loginSharing = nil
            }
        }
        return user
    }

    private mutating func close(_ request: ShareRequestID?) {
        if openRequest == request { openRequest = nil }
    }
}
