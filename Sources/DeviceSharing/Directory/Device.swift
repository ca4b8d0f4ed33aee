import Canonical
import EligibilityPolicy

/// A security device as the log tells of it.
public struct Device: Hashable, Sendable {
    public enum Status: Hashable, Sendable {
        case issued
        case active(since: Timestamp)
        case deactivated(reason: String)
        case lost

        /// The name under which the read model has it.
        public var name: String {
            switch self {
            case .issued: "issued"
            case .active: "active"
            case .deactivated: "deactivated"
            case .lost: "lost"
            }
        }
    }

    /// That another user logs in with the device.
    public struct Use: Hashable, Sendable {
        public let request: ShareRequestID
        public let user: UserID
    }

    public let id: DeviceID
    public let holder: UserID
    public let kind: DeviceKindID
    /// End of a temporary device.
    public let expiresAt: Timestamp?
    public internal(set) var status = Status.issued
    /// When it was deactivated or reported lost; nil while it is neither.
    public internal(set) var outOfUseSince: Timestamp?
    /// Others who log in with it, in the order they began to.
    public internal(set) var sharings: [Use] = []
    /// Sharings of it that began lately, whether they stand or not.
    public internal(set) var begun = RecentMoments()
    /// When it was last issued, activated, deactivated or reported lost; an activation by the date that the broker gave.
    public internal(set) var changedAt: Timestamp
    /// How often the device's own record has changed, its issue included: from 1. Sharings have records of their own, and count
    /// for nothing here.
    public internal(set) var revision = 1
    /// Whether a sharing of the device has begun or ended since its own record changed last.
    public internal(set) var hasNewsOfSharing = false

    /// Whether somebody can log in with it at this moment.
    public func isInForce(at moment: Timestamp) -> Bool {
        guard case .active = status else { return false }
        return expiresAt.map { moment < $0 } ?? true
    }

    public var activatedAt: Timestamp? {
        if case .active(let since) = status { since } else { nil }
    }
}

extension Device {
    /// The state after one more event, recorded at a moment; total over everything that the decider can produce.
    public static func evolve(_ state: consuming Device?, _ event: DeviceEvent, at time: Timestamp) -> Device? {
        if case .issued(let id, let holder, let kind, let expiresAt) = event {
            return Device(id: id, holder: holder, kind: kind, expiresAt: expiresAt, changedAt: time)
        }
        guard var device = consume state else { return nil }
        switch event {
        case .issued: break
        case .activated, .deactivated, .reportedLost:
            device.revision += 1
            device.hasNewsOfSharing = false
        case .shared, .unshared: device.hasNewsOfSharing = true
        }
        switch event {
        case .issued: break
        case .activated(_, let since):
            device.status = .active(since: since)
            device.changedAt = since
            device.outOfUseSince = nil
        case .deactivated(_, let reason):
            device.status = .deactivated(reason: reason)
            device.changedAt = time
            device.outOfUseSince = time
        case .reportedLost:
            device.status = .lost
            device.changedAt = time
            device.outOfUseSince = time
        case .shared(_, let request, let user):
            device.sharings.append(Use(request: request, user: user))
            device.begun.add(request, at: time)
        case .unshared(_, let request, _): device.sharings.removeAll { $0.request == request }
        }
        return device
    }
}
