import Canonical
import DeviceSharing
import Foundation
import PostgreSQL

/// The rows that a batch writes, in the form that `devshare.sharing_append` takes: requests as parallel arrays, the rest
/// as JSON. Each row names the command that it is of.
package struct ReadModelRows: Sendable {
    private var command: [Int32] = []
    private var isNew: [Bool] = []
    private var id: [UUID] = []
    private var requester: [String] = []
    private var owner: [String] = []
    private var device: [String] = []
    private var state: [String] = []
    private var submittedAt: [Timestamp] = []
    private var decidedAt: [Timestamp?] = []
    private var expiresAt: [Timestamp?] = []
    private var escalatesAt: [Timestamp?] = []
    private var escalatedAt: [Timestamp?] = []
    private var closedAt: [Timestamp?] = []
    private var endedAt: [Timestamp?] = []
    private var approvalsRequired: [Int16] = []
    private var endorsedBy: [String?] = []
    private var claimedBy: [String?] = []
    private var claimedUntil: [Timestamp?] = []
    private var reasons: [String] = []
    private var submitter: [String?] = []

    private var users: [JSONValue] = []
    private var devices: [JSONValue] = []
    private var fingerprints: [JSONValue] = []
    private var erasures: [JSONValue] = []

    package init() {}

    package mutating func add(_ user: User, command number: Int32) {
        users.append(.object(Self.row(of: user), command: number))
    }

    package mutating func add(_ device: Device, command number: Int32) {
        devices.append(.object(Self.row(of: device), command: number))
    }

    package mutating func add(_ values: IdentityFingerprints, of user: UserID, command number: Int32) {
        fingerprints.append(.object(FingerprintColumns.json(of: values, user: user), command: number))
    }

    package mutating func erase(_ user: UserID, command number: Int32) {
        var row = JSONObject()
        row["user_id"] = .string(user.rawValue)
        erasures.append(.object(row, command: number))
    }

    package mutating func add(_ request: ShareRequest, isNew: Bool, command number: Int32) {
        command.append(number)
        self.isNew.append(isNew)
        id.append(request.id.uuid)
        requester.append(request.requester.rawValue)
        owner.append(request.owner.rawValue)
        device.append(request.device.rawValue)
        state.append(request.state.rawValue)
        submittedAt.append(request.submittedAt)
        decidedAt.append(request.decidedAt)
        expiresAt.append(request.pending?.expiresAt)
        escalatesAt.append(request.pending?.escalatesAt)
        escalatedAt.append(request.pending?.escalatedAt)
        closedAt.append(request.closedAt)
        endedAt.append(request.endedAt)
        approvalsRequired.append(Int16(clamping: request.pending?.approvalsRequired ?? 0))
        endorsedBy.append(request.pending?.endorsedBy)
        claimedBy.append(request.pending?.claim?.officer)
        claimedUntil.append(request.pending?.claim?.until)
        reasons.append(request.listedReasons.column.joined(separator: " "))
        submitter.append(request.submitter)
    }

    /// The parameters of `devshare.sharing_append` behind those of the append itself.
    package var parameters: [any PostgresEncodable] {
        [
            command, isNew, id, requester, owner, device, state, submittedAt, decidedAt, expiresAt, escalatesAt,
            escalatedAt, closedAt, endedAt, approvalsRequired, endorsedBy, claimedBy, claimedUntil, reasons, submitter,
            directory,
        ]
    }

    private var directory: PostgresJSONB? {
        guard !users.isEmpty || !devices.isEmpty || !fingerprints.isEmpty || !erasures.isEmpty else { return nil }
        let json: JSONValue = [
            "users": .array(users), "devices": .array(devices), "fingerprints": .array(fingerprints),
            "erasures": .array(erasures),
        ]
        return PostgresJSONB(json.canonicalBytes())
    }
}

// MARK: - Rows as JSON

extension ReadModelRows {
    package static func row(of user: User) -> JSONObject {
        var row = JSONObject()
        row["user_id"] = .string(user.id.rawValue)
        row["entity"] = .string(user.entity.rawValue)
        row["entity_kind"] = .string(user.entityKind.rawValue)
        row["registered_at"] = .string(user.registeredAt.description)
        row["status"] = .string(user.status.rawValue)
        return row
    }

    package static func row(of device: Device) -> JSONObject {
        var row = JSONObject()
        row["device_id"] = .string(device.id.rawValue)
        row["holder"] = .string(device.holder.rawValue)
        row["kind"] = .string(device.kind.rawValue)
        row["status"] = .string(device.status.name)
        row["activated_at"] = device.activatedAt.map { .string($0.description) }
        row["expires_at"] = device.expiresAt.map { .string($0.description) }
        return row
    }

    package static func row(of request: ShareRequest) -> JSONObject {
        var row = JSONObject()
        row["request"] = .string(request.id.description)
        row["requester"] = .string(request.requester.rawValue)
        row["owner"] = .string(request.owner.rawValue)
        row["device"] = .string(request.device.rawValue)
        row["state"] = .string(request.state.rawValue)
        row["submitted_at"] = .string(request.submittedAt.description)
        row["decided_at"] = request.decidedAt.map { .string($0.description) }
        row["expires_at"] = (request.pending?.expiresAt).map { .string($0.description) }
        row["escalates_at"] = (request.pending?.escalatesAt).map { .string($0.description) }
        row["escalated_at"] = (request.pending?.escalatedAt).map { .string($0.description) }
        row["closed_at"] = request.closedAt.map { .string($0.description) }
        row["ended_at"] = request.endedAt.map { .string($0.description) }
        row["approvals_required"] = .integer(Int64(request.pending?.approvalsRequired ?? 0))
        row["endorsed_by"] = (request.pending?.endorsedBy).map { .string($0) }
        row["claimed_by"] = (request.pending?.claim?.officer).map { .string($0) }
        row["claimed_until"] = (request.pending?.claim?.until).map { .string($0.description) }
        row["reasons"] = JSONValue(request.listedReasons.column)
        row["submitter"] = request.submitter.map { .string($0) }
        return row
    }
}

extension JSONValue {
    fileprivate static func object(_ row: JSONObject, command: Int32) -> JSONValue {
        var row = row
        row["command"] = .integer(Int64(command))
        return .object(row)
    }
}
