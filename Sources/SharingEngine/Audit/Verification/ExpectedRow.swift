import Canonical
import DeviceSharing
import EventLog
import Foundation
import PostgreSQL

/// A row of a read model as the log gives it, in the bytes in which PostgreSQL's binary COPY sends it, so that comparing two
/// rows compares bytes.
struct ExpectedRow: Sendable {
    /// Position of the last event of the stream.
    let position: Position
    /// False where the stream could not be folded: that there is a row is all that is known.
    let isKnown: Bool
    /// The key first.
    private(set) var fields: [UInt8] = []
    let name: String

    init(_ device: Device, at position: Position, isKnown: Bool) {
        (self.position, self.isKnown, name) = (position, isKnown, device.id.rawValue)
        append(device.id.rawValue)
        append(device.holder.rawValue)
        append(device.kind.rawValue)
        append(device.status.name)
        append(device.activatedAt)
        append(device.expiresAt)
    }

    init(_ user: User, at position: Position, isKnown: Bool) {
        (self.position, self.isKnown, name) = (position, isKnown, user.id.rawValue)
        append(user.id.rawValue)
        append(user.entity.rawValue)
        append(user.entityKind.rawValue)
        append(user.registeredAt)
        append(user.status.rawValue)
    }

    init(_ request: ShareRequest, at position: Position, isKnown: Bool) {
        (self.position, self.isKnown, name) = (position, isKnown, request.id.description)
        withUnsafeBytes(of: request.id.uuid.uuid) { append(bytes: $0) }
        append(request.requester.rawValue)
        append(request.owner.rawValue)
        append(request.device.rawValue)
        append(request.state.rawValue)
        append(request.submittedAt)
        append(request.decidedAt)
        append(request.pending?.expiresAt)
        append(request.pending?.escalatesAt)
        append(request.pending?.escalatedAt)
        append(request.closedAt)
        append(request.endedAt)
        withUnsafeBytes(of: Int16(clamping: request.pending?.approvalsRequired ?? 0).bigEndian) { append(bytes: $0) }
        append(request.pending?.endorsedBy)
        append(request.pending?.claim?.officer)
        append(request.pending?.claim?.until)
        append(request.reasons.map(\.rawValue).joined(separator: " "))
    }

    private mutating func append(_ text: String?) {
        guard var text else { return appendNull() }
        text.withUTF8 { append(bytes: UnsafeRawBufferPointer($0)) }
    }

    private mutating func append(_ moment: Timestamp?) {
        guard let moment else { return appendNull() }
        withUnsafeBytes(of: (moment.microseconds &- ReadModelTable.epoch).bigEndian) { append(bytes: $0) }
    }

    private mutating func append(bytes: UnsafeRawBufferPointer) {
        withUnsafeBytes(of: Int32(truncatingIfNeeded: bytes.count).bigEndian) { fields.append(contentsOf: $0) }
        fields.append(contentsOf: bytes)
    }

    private mutating func appendNull() { fields.append(contentsOf: [0xFF, 0xFF, 0xFF, 0xFF]) }
}

/// The columns of a read model, the key first and in its order.
struct ReadModelTable: Sendable {
    /// 2000-01-01T00:00:00Z, from where PostgreSQL counts microseconds.
    static let epoch: Int64 = 946_684_800_000_000

    let name: String
    let columns: [String]

    static let device = ReadModelTable(
        name: "device", columns: ["device_id", "holder", "kind", "status", "activated_at", "expires_at"])
    static let participant = ReadModelTable(
        name: "participant", columns: ["user_id", "entity", "entity_kind", "registered_at", "status"])
    static let shareRequest = ReadModelTable(
        name: "share_request",
        columns: [
            "request", "requester", "owner", "device", "state", "submitted_at", "decided_at", "expires_at",
            "escalates_at", "escalated_at", "closed_at", "ended_at", "approvals_required", "endorsed_by", "claimed_by",
            "claimed_until", "array_to_string(reasons, ' ')",
        ])

    /// Every row of a ledger, in the order of keys.
    func copy(of ledger: Ledger) -> String {
        """
        COPY (SELECT \(columns.joined(separator: ", ")) FROM devshare.\(name)
               WHERE ledger = \(ledger.key) ORDER BY \(columns[0])) TO STDOUT (FORMAT binary)
        """
    }
}
