import Canonical
import EventLog
import Foundation

/// The columns of a read model, the key first.
struct ReadModelTable: Sendable {
    /// 2000-01-01T00:00:00Z, from where PostgreSQL counts microseconds.
    static let epoch: Int64 = 946_684_800_000_000

    /// Place in `all`.
    let number: Int
    let name: String
    /// What stands before the key in the name of the row's stream.
    private let family: String
    private let columns: [String]

    static let device = ReadModelTable(
        number: 0, name: "device", family: "device/",
        columns: ["device_id", "holder", "kind", "status", "activated_at", "expires_at"])
    static let directoryUser = ReadModelTable(
        number: 1, name: "directory_user", family: "user/",
        columns: ["user_id", "entity", "entity_kind", "registered_at", "status"])
    static let shareRequest = ReadModelTable(
        number: 2, name: "share_request", family: "share-request/",
        columns: [
            "request", "requester", "owner", "device", "state", "submitted_at", "decided_at", "expires_at",
            "escalates_at", "escalated_at", "closed_at", "ended_at", "approvals_required", "endorsed_by", "claimed_by",
            "claimed_until", "array_to_string(reasons, ' ')", "submitter",
        ])
    static let all = [device, directoryUser, shareRequest]

    /// Keeps all of them what they are until the transaction ends; others may go on to write.
    static let lock = "LOCK TABLE " + all.map { "devshare.\($0.name)" }.joined(separator: ", ") + " IN ACCESS SHARE MODE"

    /// Every row of a ledger, in any order.
    func copy(of ledger: Ledger) -> String {
        """
        COPY (SELECT \(columns.joined(separator: ", ")) FROM devshare.\(name) WHERE ledger = \(ledger.key))
          TO STDOUT (FORMAT binary)
        """
    }

    /// The stream that makes the row with these fields.
    func streamName(ofRow fields: UnsafeRawBufferPointer) -> [UInt8] {
        var name = Array(family.utf8)
        guard let key = Self.field(fields, at: 0)?.bytes else { return name }
        if number == Self.shareRequest.number, key.count == 16 {
            name += key.uuidText
        } else {
            name += key
        }
        return name
    }

    func isSameKey(_ row: UnsafeRawBufferPointer, _ expected: [UInt8]) -> Bool {
        expected.withUnsafeBytes { expected in
            guard let left = Self.field(row, at: 0)?.bytes, let right = Self.field(expected, at: 0)?.bytes else { return false }
            return left.isSame(as: right)
        }
    }

    /// The first column in which a row differs from the fields that it should have; nil where they are the same.
    func difference(_ row: UnsafeRawBufferPointer, _ expected: [UInt8]) -> String? {
        expected.withUnsafeBytes { expected in
            if row.isSame(as: expected) { return nil }
            var offsets = (0, 0)
            for column in columns {
                guard let left = Self.field(row, at: offsets.0), let right = Self.field(expected, at: offsets.1),
                    left.isNull == right.isNull, left.bytes.isSame(as: right.bytes)
                else { return column }
                offsets = (left.end, right.end)
            }
            return columns.last
        }
    }

    /// The field that begins at an offset, and where the next one does; nil for what is cut off. NULL has no bytes.
    private static func field(_ row: UnsafeRawBufferPointer, at offset: Int) -> (
        bytes: UnsafeRawBufferPointer, isNull: Bool, end: Int
    )? {
        guard offset + 4 <= row.count else { return nil }
        let length = Int(Int32(bigEndian: row.loadUnaligned(fromByteOffset: offset, as: Int32.self)))
        let end = offset + 4 + max(0, length)
        guard end <= row.count else { return nil }
        return (UnsafeRawBufferPointer(rebasing: row[offset + 4..<end]), length < 0, end)
    }
}
