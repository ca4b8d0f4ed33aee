import Canonical
import EligibilityPolicy

@testable import DeviceSharing

/// What can be asked of the domain: the When of a test.
enum Intent: Sendable {
    case submit(ShareRequestID, by: UserID, device: DeviceID, of: UserID, consent: Consent = .fresh)
    case approve(ShareRequestID, by: Actor, note: String? = nil)
    case reject(ShareRequestID, by: Actor, reason: String?, note: String? = nil)
    case withdraw(ShareRequestID, note: String? = nil)
    case expire(ShareRequestID)
    case escalate(ShareRequestID)
    case claim(ShareRequestID, by: Actor)
    case renewClaim(ShareRequestID, by: Actor)
    case release(ShareRequestID, by: Actor)
    case note(ShareRequestID, by: Actor, text: String)
    case end(ShareRequestID, reason: EndReason, note: String? = nil)
    case recordUser(UserID, entity: EntityID, kind: EntityKind = .individual, registered: Timestamp = .longAgo)
    case recordIdentity(UserID, IdentityFingerprints)
    case eraseIdentity(UserID)
    case close(UserID)
    case recordDevice(
        DeviceID, holder: UserID, kind: DeviceKindID, activated: Timestamp? = .longAgo, expires: Timestamp? = nil)
    case deactivate(DeviceID, reason: String)
    case reportLost(DeviceID)

    /// The owner's consent that comes with a submission.
    enum Consent: Sendable {
        /// Given a minute ago.
        case fresh
        case given(Timestamp)
        case none

        func value(at now: Timestamp) throws(SharingError) -> OwnerConsent? {
            switch self {
            case .fresh:
                try OwnerConsent(method: "device-challenge", givenAt: now.advanced(by: .seconds(-60)), reference: "c-1")
            case .given(let moment): try OwnerConsent(method: "device-challenge", givenAt: moment, reference: "c-1")
            case .none: nil
            }
        }
    }
}
