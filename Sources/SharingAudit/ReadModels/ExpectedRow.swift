import Canonical
import DeviceSharing
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
    private(set) var fields: [UInt8] = {
        var fields: [UInt8] = []
        fields.reserveCapacity(192)
        return fields
    }()
    let name: String
    let table: ReadModelTable

    init(_ device: Device, at position: Position, isKnown: Bool) {
        (self.position, self.isKnown, name, table) = (position, isKnown, device.id.rawValue, .device)
        append(device.id.rawValue)
        append(device.holder.rawValue)
        append(device.kind.rawValue)
        append(device.status.name)
        append(device.activatedAt)
        append(device.expiresAt)
    }

    init(_ user: User, at position: Position, isKnown: Bool) {
        (self.position, self.isKnown, name, table) = (position, isKnown, user.id.rawValue, .directoryUser)
        append(user.id.rawValue)
        append(user.entity.rawValue)
        append(user.entityKind.rawValue)
        append(user.registeredAt)
        append(user.status.rawValue)
    }

    init(_ request: ShareRequest, at position: Position, isKnown: Bool) {
        (self.position, self.isKnown, name, table) = (position, isKnown, request.id.description, .shareRequest)
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
        append(request.listedReasons.column.joined(separator: " "))
        append(request.submitter)
    }

    /// The row of a request whose events are in an archive.
    init(detached request: ShareRequestID, at position: Position) {
        (self.position, isKnown, name, table) = (position, false, request.description, .shareRequest)
        withUnsafeBytes(of: request.uuid.uuid) { append(bytes: $0) }
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
