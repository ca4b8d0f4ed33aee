import Canonical
import DeviceSharing
import EligibilityPolicy

/// A user's own record, as lists have it.
public struct UserEntryAnswer: Hashable, Sendable {
    public let id: UserID
    public let entity: EntityID
    public let entityKind: EntityKind
    public let registeredAt: Timestamp
    public let isClosed: Bool
    /// The whole answer.
    public let json: JSONValue

    init(_ json: JSONValue) throws(ClientError) {
        guard let id = json["id"]?.stringValue.flatMap(UserID.init),
            let entity = json["entity"]?.stringValue.flatMap(EntityID.init),
            let kind = json["entityKind"]?.stringValue.flatMap(EntityKind.init(rawValue:)),
            let registeredAt = json["registeredAt"]?.stringValue.flatMap({ Timestamp($0) }),
            let status = json["status"]?.stringValue
        else { throw ClientError(.unexpectedAnswer, "a user lacks what every one has") }
        self.id = id
        self.entity = entity
        entityKind = kind
        self.registeredAt = registeredAt
        isClosed = status == User.Status.closed.rawValue
        self.json = json
    }
}

/// A device's own record, as lists have it.
public struct DeviceEntryAnswer: Hashable, Sendable {
    public let id: DeviceID
    public let holder: UserID
    public let kind: DeviceKindID
    /// issued, active, deactivated or lost; other states may come.
    public let status: String
    public let activatedAt: Timestamp?
    public let expiresAt: Timestamp?
    /// The whole answer.
    public let json: JSONValue

    init(_ json: JSONValue) throws(ClientError) {
        guard let id = json["id"]?.stringValue.flatMap(DeviceID.init),
            let holder = json["holder"]?.stringValue.flatMap(UserID.init),
            let kind = json["kind"]?.stringValue, let status = json["status"]?.stringValue
        else { throw ClientError(.unexpectedAnswer, "a device lacks what every one has") }
        self.id = id
        self.holder = holder
        self.kind = DeviceKindID(rawValue: kind)
        self.status = status
        activatedAt = json["activatedAt"]?.stringValue.flatMap { Timestamp($0) }
        expiresAt = json["expiresAt"]?.stringValue.flatMap { Timestamp($0) }
        self.json = json
    }
}

/// A page of users or devices.
public struct DirectoryPageAnswer<Entry: Sendable>: Sendable {
    public let items: [Entry]
    /// Where the next page begins; nil on the last one. A page may be empty and yet not the last.
    public let next: String?
    /// What to give as `updatedSince` later, once the last page was read.
    public let asOf: String

    init(_ json: JSONValue, _ entry: (JSONValue) throws(ClientError) -> Entry) throws(ClientError) {
        guard let items = json["items"]?.arrayValue, let asOf = json["asOf"]?.stringValue else {
            throw ClientError(.unexpectedAnswer, "a page of the directory has items and asOf")
        }
        var entries: [Entry] = []
        for item in items { entries.append(try entry(item)) }
        self.items = entries
        next = json["next"]?.stringValue
        self.asOf = asOf
    }
}

/// All users and devices, or those that have changed.
public struct DirectoryExportAnswer: Sendable {
    public let users: [UserEntryAnswer]
    public let devices: [DeviceEntryAnswer]
    /// What to give as `updatedSince` later.
    public let asOf: String

    /// Throws `unexpected-answer` where lines are missing at the end.
    init(lines: [JSONValue]) throws(ClientError) {
        var (users, devices): ([UserEntryAnswer], [DeviceEntryAnswer]) = ([], [])
        for line in lines.dropLast() {
            switch line["type"]?.stringValue {
            case "user": users.append(try UserEntryAnswer(line))
            case "device": devices.append(try DeviceEntryAnswer(line))
            // A line of a kind that is newer than this program.
            default: break
            }
        }
        guard let end = lines.last, end["type"] == "end", end["users"]?.integerValue == Int64(users.count),
            end["devices"]?.integerValue == Int64(devices.count), let asOf = end["asOf"]?.stringValue
        else { throw ClientError(.unexpectedAnswer, "the export is not whole") }
        self.users = users
        self.devices = devices
        self.asOf = asOf
    }
}

/// What is missing from a complete list, and what was done about it.
public struct DirectorySyncAnswer: Sendable {
    /// Whether the list was imported and what is missing retired; false: nothing was changed.
    public let isApplied: Bool
    /// How much is missing: what to confirm.
    public let missing: Int
    /// The first 10,000 of them.
    public let missingUsers: [UserID]
    /// The first 10,000 of them.
    public let missingDevices: [DeviceID]
    /// Lines that could not be read, or not be kept.
    public let refusedLines: Int
    /// The whole answer.
    public let json: JSONValue

    init(_ json: JSONValue) throws(ClientError) {
        guard let isApplied = json["applied"]?.boolValue, let missing = json["missing"]?["total"]?.integerValue else {
            throw ClientError(.unexpectedAnswer, "an answer to a sync says what is missing")
        }
        self.isApplied = isApplied
        self.missing = Int(missing)
        missingUsers = (json["missingUsers"]?.arrayValue ?? []).compactMap { $0.stringValue.flatMap(UserID.init) }
        missingDevices = (json["missingDevices"]?.arrayValue ?? []).compactMap { $0.stringValue.flatMap(DeviceID.init) }
        refusedLines = Int(json["lines"]?["refused"]?.integerValue ?? 0)
        self.json = json
    }
}
