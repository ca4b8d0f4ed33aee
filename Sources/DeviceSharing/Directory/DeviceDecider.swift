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
    public static let maximumReasonLength = 200

    /// Nothing where nothing is new. A deactivated device is active again only by an activation later than that end, and a lost
    /// one never: it was in unknown hands. Throws `directory-record-differs` where another activation is on file, so that whoever
    /// keeps the directory learns of it, and `invalid-input` for what cannot be.
    public static func record(
        _ command: RecordDevice, _ state: Device?, holder: User?, catalog: DeviceCatalog, at now: Timestamp
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
        if let activatedAt = command.activatedAt, try isNew(activatedAt, of: state) {
            try DirectoryMoment.check(activatedAt, field: "activatedAt", at: now)
            if let expiresAt = command.expiresAt, expiresAt <= activatedAt {
                throw .invalidInput(field: "expiresAt", problem: "must be later than activatedAt")
            }
            events.append(.device(command.device, .activated(device: command.device, activatedAt: activatedAt)))
        }
        return events
    }

    /// Whether an activation is not on file. Throws `directory-record-differs` where it cannot be put there.
    private static func isNew(_ activatedAt: Timestamp, of state: Device?) throws(SharingError) -> Bool {
        guard let device = state else { return true }
        switch device.status {
        case .issued: return true
        case .active(let since):
            guard since == activatedAt else {
                throw .directoryRecordDiffers(.device(device.id), field: "activatedAt", recorded: since.description)
            }
            return false
        case .deactivated:
            guard let end = device.outOfUseSince, end < activatedAt else {
                throw .directoryRecordDiffers(.device(device.id), field: "status", recorded: device.status.name)
            }
            return true
        case .lost: throw .directoryRecordDiffers(.device(device.id), field: "status", recorded: device.status.name)
        }
    }

    /// Takes the device out of use; those who log in with it have their own back.
    /// - Parameter sharings: the standing sharings of the device.
    public static func deactivate(
        _ id: DeviceID, _ state: Device?, reason: String, sharings: [ShareRequest]
    ) throws(SharingError) -> [NewEvent] {
        guard let device = state else { throw .deviceNotFound(id) }
        guard !reason.allSatisfy(\.isWhitespace) else { throw .reasonRequired }
        guard reason.unicodeScalars.count <= maximumReasonLength else {
            throw .invalidInput(field: "reason", problem: "must have at most \(maximumReasonLength) characters")
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
