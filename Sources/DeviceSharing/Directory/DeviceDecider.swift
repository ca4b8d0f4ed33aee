import Canonical
import EligibilityPolicy

/// What the directory says of a device: issues it, activates it.
public struct RecordDevice: Hashable, Sendable {
    public let device: DeviceID
    public let holder: UserID
    public let kind: DeviceKindID
    /// When it was activated; nil while it is only issued.
    public let activatedAt: Timestamp?
    /// End of a temporary device.
    public let expiresAt: Timestamp?

    public init(
        device: DeviceID, holder: UserID, kind: DeviceKindID, activatedAt: Timestamp?, expiresAt: Timestamp? = nil
    ) {
        self.device = device
        self.holder = holder
        self.kind = kind
        self.activatedAt = activatedAt
        self.expiresAt = expiresAt
    }
}

/// Decides on what the directory says of devices.
public enum DeviceDecider {
    /// Characters of the reason of a deactivation, at most.
    public static let longestReason = 200

    /// Nothing where nothing is new. A deactivated or lost device is active again only by an activation later than that end: a
    /// list of devices that was drawn up before must not bring a lost card back.
    public static func record(
        _ command: RecordDevice, _ state: Device?, holder: User?, catalog: DeviceCatalog
    ) throws(SharingError) -> [NewEvent] {
        guard let holder else { throw .userNotFound(command.holder) }
        guard holder.status == .open else { throw .userClosed(holder.id) }
        var events: [NewEvent] = []
        if let device = state {
            guard device.holder == command.holder else {
                throw .deviceHeldByAnotherUser(device.id, holder: device.holder)
            }
            guard device.kind == command.kind, device.expiresAt == command.expiresAt else {
                throw .invalidInput(field: "kind", problem: "kind and expiry of a device cannot change; issue another device")
            }
        } else {
            guard let kind = catalog[command.kind] else {
                throw .invalidInput(
                    field: "kind", problem: "\(command.kind) is not in the policy's device catalogue")
            }
            guard kind.isTemporary == (command.expiresAt != nil) else {
                throw .invalidInput(
                    field: "expiresAt",
                    problem: kind.isTemporary ? "a temporary device needs an end" : "only a temporary device has an end")
            }
            events.append(
                .device(
                    command.device,
                    .issued(
                        device: command.device, holder: command.holder, kind: command.kind, expiresAt: command.expiresAt)))
            events.append(.user(command.holder, .deviceAssigned(user: command.holder, device: command.device)))
        }
        if let activatedAt = command.activatedAt, state?.activatedAt == nil,
            state?.outOfUseSince.map({ $0 < activatedAt }) ?? true
        {
            events.append(.device(command.device, .activated(device: command.device, activatedAt: activatedAt)))
        }
        return events
    }

    /// Takes the device out of use; those who log in with it have their own back.
    /// - Parameter sharings: the standing sharings of the device.
    public static func deactivate(
        _ id: DeviceID, _ state: Device?, reason: String, sharings: [ShareRequest]
    ) throws(SharingError) -> [NewEvent] {
        guard let device = state else { throw .deviceNotFound(id) }
        guard !reason.allSatisfy(\.isWhitespace) else { throw .reasonRequired }
        guard reason.unicodeScalars.count <= longestReason else {
            throw .invalidInput(field: "reason", problem: "must have at most \(longestReason) characters")
        }
        try reason.refuseZero(field: "reason")
        switch device.status {
        case .deactivated, .lost: return []
        case .issued, .active:
            return [.device(id, .deactivated(device: id, reason: reason))]
                + sharings.flatMap { ShareRequestDecider.ending(of: $0, reason: .deviceDeactivated) }
        }
    }

    /// The device is in unknown hands; those who log in with it have their own back.
    public static func reportLost(
        _ id: DeviceID, _ state: Device?, sharings: [ShareRequest]
    ) throws(SharingError) -> [NewEvent] {
        guard let device = state else { throw .deviceNotFound(id) }
        guard device.status != .lost else { return [] }
        return [.device(id, .reportedLost(device: id))]
            + sharings.flatMap { ShareRequestDecider.ending(of: $0, reason: .deviceLost) }
    }
}
