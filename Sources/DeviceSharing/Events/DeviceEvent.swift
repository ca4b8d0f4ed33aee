import Canonical
import EligibilityPolicy

/// What can happen to a device.
public enum DeviceEvent: Hashable, Sendable {
    case issued(device: DeviceID, holder: UserID, kind: DeviceKindID, expiresAt: Timestamp?)
    case activated(device: DeviceID, activatedAt: Timestamp)
    case deactivated(device: DeviceID, reason: String)
    case reportedLost(device: DeviceID)
    /// Another user logs in with it from now on.
    case shared(device: DeviceID, request: ShareRequestID, with: UserID)
    case unshared(device: DeviceID, request: ShareRequestID, with: UserID)
}
