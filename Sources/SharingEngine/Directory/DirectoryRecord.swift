import Canonical
import DeviceSharing
import EligibilityPolicy
import PostgreSQL
import SharingLog

/// A kind of record that the directory can be listed by.
public protocol DirectoryRecord: Sendable {
    associatedtype Filter: DirectoryFilter

    /// Its name among those of its kind, by whose bytes lists are sorted.
    var name: String { get }

    /// What the directory keeps of such records, for queries of this module.
    static var source: DirectorySource { get }
    /// Reads the columns that `source` names. Throws where one is not what it must be.
    init(_ row: DirectoryTableRow) throws
}

/// Which records of one kind to list.
public protocol DirectoryFilter: Hashable, Sendable {
    init()
    /// What must be equal to what, by columns.
    var conditions: [(column: String, value: String)] { get }
}

/// Where records of one kind are kept.
public struct DirectorySource: Sendable {
    let table: String
    let key: String
    let columns: String
    /// Of the names of their streams.
    let family: String
    /// Of the events after which a row can be another one.
    let types: [String]
}

/// A row of a read model of the directory.
public struct DirectoryTableRow: Sendable {
    let row: Row
}

/// A user as `devshare.directory_user` holds it: the user's own record, without devices, requests and sharings.
public struct UserRecord: DirectoryRecord, Hashable {
    public let id: UserID
    public let entity: EntityID
    public let entityKind: EntityKind
    /// When the broker registered the login name.
    public let registeredAt: Timestamp
    public let status: User.Status

    public struct Filter: DirectoryFilter {
        public var entity: EntityID?
        public var status: User.Status?

        public init() {}

        public init(entity: EntityID? = nil, status: User.Status? = nil) {
            self.entity = entity
            self.status = status
        }

        public var conditions: [(column: String, value: String)] {
            [("entity", entity?.rawValue), ("status", status?.rawValue)].compactMap { column, value in value.map { (column, $0) }
            }
        }
    }

    public var name: String { id.rawValue }

    public static let source = DirectorySource(
        table: "devshare.directory_user", key: "user_id", columns: "user_id, entity, entity_kind, registered_at, status",
        family: "user/",
        types: EventType.changingRows(of: .user).map(\.rawValue))

    public init(_ row: DirectoryTableRow) throws {
        let row = row.row
        let (kind, state): (String, String) = (try row.decode(2), try row.decode(4))
        guard let entityKind = EntityKind(rawValue: kind), let status = User.Status(rawValue: state) else {
            throw EngineError(.logUnreadable, "a user is of a kind or in a state that this program does not know")
        }
        id = UserID(trusted: try row.decode(0))
        entity = EntityID(trusted: try row.decode(1))
        self.entityKind = entityKind
        registeredAt = try row.decode(3)
        self.status = status
    }
}

/// A device as `devshare.device` holds it: the device's own record, without sharings.
public struct DeviceRecord: DirectoryRecord, Hashable {
    /// Where a device is in its life.
    public enum Status: String, CaseIterable, Sendable {
        case issued, active, deactivated, lost
    }

    public let id: DeviceID
    public let holder: UserID
    public let kind: DeviceKindID
    public let status: Status
    /// Since when it is active.
    public let activatedAt: Timestamp?
    /// End of a temporary device.
    public let expiresAt: Timestamp?

    public struct Filter: DirectoryFilter {
        public var holder: UserID?
        public var status: Status?

        public init() {}

        public init(holder: UserID? = nil, status: Status? = nil) {
            self.holder = holder
            self.status = status
        }

        public var conditions: [(column: String, value: String)] {
            [("holder", holder?.rawValue), ("status", status?.rawValue)].compactMap { column, value in value.map { (column, $0) }
            }
        }
    }

    public var name: String { id.rawValue }

    public static let source = DirectorySource(
        table: "devshare.device", key: "device_id", columns: "device_id, holder, kind, status, activated_at, expires_at",
        family: "device/",
        types: EventType.changingRows(of: .device).map(\.rawValue))

    public init(_ row: DirectoryTableRow) throws {
        let row = row.row
        let state: String = try row.decode(3)
        guard let status = Status(rawValue: state) else {
            throw EngineError(.logUnreadable, "a device is in a state that this program does not know")
        }
        id = DeviceID(trusted: try row.decode(0))
        holder = UserID(trusted: try row.decode(1))
        kind = DeviceKindID(rawValue: try row.decode(2))
        self.status = status
        activatedAt = try row.decode(4)
        expiresAt = try row.decode(5)
    }
}
