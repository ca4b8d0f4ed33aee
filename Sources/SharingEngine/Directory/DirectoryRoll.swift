import Canonical
import DeviceSharing
import PostgreSQL

/// Which part of the directory somebody has a complete list of: all of it unless told, or users or devices alone, or those whose names
/// lie between two. A directory that is too large for one list is gone through part by part.
public struct DirectoryScope: Hashable, Sendable {
    public var hasUsers: Bool
    public var hasDevices: Bool
    /// The first name, by bytes; nil for from the beginning.
    public var from: String?
    /// The first name that is no longer in it; nil for to the end.
    public var before: String?

    public init(hasUsers: Bool = true, hasDevices: Bool = true, from: String? = nil, before: String? = nil) {
        self.hasUsers = hasUsers
        self.hasDevices = hasDevices
        self.from = from
        self.before = before
    }

    /// Whether a record is in this part.
    public func contains(_ subject: StreamID) -> Bool {
        switch subject {
        case .user(let id): hasUsers && contains(id.rawValue)
        case .device(let id): hasDevices && contains(id.rawValue)
        case .shareRequest, .policy, .archive, .webhook, .clock: false
        }
    }

    private func contains(_ name: String) -> Bool {
        // By bytes, as the database sorts them.
        let bytes = Array(name.utf8)
        let isBehind = from.map { !bytes.lexicographicallyPrecedes(Array($0.utf8)) } ?? true
        return isBehind && (before.map { bytes.lexicographicallyPrecedes(Array($0.utf8)) } ?? true)
    }
}

/// The users and devices on a complete list.
public struct DirectoryRoll: Sendable {
    public private(set) var users: Set<UserID> = []
    public private(set) var devices: Set<DeviceID> = []

    public init() {}

    public mutating func note(_ subject: StreamID) {
        switch subject {
        case .user(let id): users.insert(id)
        case .device(let id): devices.insert(id)
        case .shareRequest, .policy, .archive, .webhook, .clock: break
        }
    }
}

/// What the directory has and a complete list has not: users that are open, and devices that are issued or active and not past their
/// end, in the order of their names.
public struct MissingRecords: Hashable, Sendable {
    public var users: [UserID] = []
    public var devices: [DeviceID] = []

    public var count: Int { users.count + devices.count }
}

extension SharingEngine {
    /// Names that are read at once.
    private static let rollPage = 10_000

    /// What the directory has in a part that a complete list of that part has not.
    public func missing(from roll: DirectoryRoll, in scope: DirectoryScope = DirectoryScope()) async throws -> MissingRecords {
        var missing = MissingRecords()
        if scope.hasUsers {
            try await names("user_id", of: "devshare.directory_user", where: "status = 'open'", in: scope) { name in
                let user = UserID(trusted: name)
                if !roll.users.contains(user) { missing.users.append(user) }
            }
        }
        if scope.hasDevices {
            let standing = "status IN ('issued', 'active') AND (expires_at IS NULL OR expires_at > now())"
            try await names("device_id", of: "devshare.device", where: standing, in: scope) { name in
                let device = DeviceID(trusted: name)
                if !roll.devices.contains(device) { missing.devices.append(device) }
            }
        }
        return missing
    }

    private func names(
        _ key: String, of table: String, where condition: String, in scope: DirectoryScope, _ body: (String) -> Void
    ) async throws {
        var last: String?
        while true {
            var conditions = Conditions()
            conditions.require("ledger = \(conditions.bind(ledger.key))")
            conditions.require(condition)
            if let from = scope.from { conditions.require("\(key) >= \(conditions.bind(from))") }
            if let before = scope.before { conditions.require("\(key) < \(conditions.bind(before))") }
            if let last { conditions.require("\(key) > \(conditions.bind(last))") }
            let statement = Statement(
                "SELECT \(key) FROM \(table) WHERE \(conditions.text()) ORDER BY \(key) LIMIT \(Self.rollPage)",
                conditions.parameters)
            let rows = try await pool.withConnection { connection in try await connection.query(statement) }.rows
            for row in rows {
                let name: String = try row.decode(0)
                body(name)
                last = name
            }
            guard rows.count == Self.rollPage else { return }
            try Task.checkCancellation()
        }
    }
}
