import Canonical
import EligibilityPolicy

/// What can happen to a user.
public enum UserEvent: Hashable, Sendable {
    /// - Parameters:
    ///   - person: who uses the login; nil where that is not known, as in events of before.
    ///   - adult: whether that person is of age.
    case registered(
        user: UserID, entity: EntityID, entityKind: EntityKind, person: PersonID? = nil, adult: Adulthood = .unknown,
        registeredAt: Timestamp)
    /// Whose login it is: all of it, as it is from now on.
    case entityChanged(
        user: UserID, entity: EntityID, entityKind: EntityKind, person: PersonID? = nil, adult: Adulthood = .unknown)
    /// Which attributes were fingerprinted under which key; neither values nor fingerprints.
    case identityRecorded(user: UserID, keyID: String, attributes: [IdentityAttribute])
    case identityErased(user: UserID)
    case closed(user: UserID)
    /// A device was issued to the user. Here as well as in the device's stream, so that a decision which counted the user's
    /// devices conflicts.
    case deviceAssigned(user: UserID, device: DeviceID)
    /// The user's request is pending; at most one is at a time.
    case shareRequestOpened(user: UserID, request: ShareRequestID)
    /// The user's request is over: it was pending, or was rejected as it was submitted.
    /// - Parameter isRejected: events of before do not say, and are of requests that were pending.
    case shareRequestClosed(user: UserID, request: ShareRequestID, isRejected: Bool = false)
    /// The user logs in with another's device from now on, or (nil) with its own again.
    case loginDeviceChanged(user: UserID, device: DeviceID?, sharing: ShareRequestID?, superseded: [DeviceID])
}
