import Canonical
import PostgreSQL

/// An event whose texts belong to somebody else: its bytes are valid while it is lent, and not longer.
package struct LentEvent: ~Copyable {
    package let position: Position
    package let version: Int32
    package let schemaVersion: Int16
    package let recordedAt: Timestamp
    /// UTF-8.
    package let stream: UnsafeRawBufferPointer
    /// UTF-8.
    package let type: UnsafeRawBufferPointer
    /// 32 bytes; none where only a state is to be folded.
    package let leafHash: UnsafeRawBufferPointer
    /// RFC 8785 canonical JSON, the bytes as stored; none where only a state is to be folded.
    package let metadata: UnsafeRawBufferPointer
    /// RFC 8785 canonical JSON, the bytes as stored; empty where they are in an archive.
    package let data: UnsafeRawBufferPointer

    /// Whether the data have left the log for an archive.
    package var isDetached: Bool { data.isEmpty }

    /// What a state is folded of.
    package init(
        position: Position, stream: UnsafeRawBufferPointer, version: Int32, type: UnsafeRawBufferPointer, schemaVersion: Int16,
        recordedAt: Timestamp, metadata: UnsafeRawBufferPointer = UnsafeRawBufferPointer(start: nil, count: 0),
        data: UnsafeRawBufferPointer
    ) {
        (self.position, self.stream, self.version, self.type) = (position, stream, version, type)
        (self.schemaVersion, self.recordedAt, self.metadata, self.data) = (schemaVersion, recordedAt, metadata, data)
        leafHash = UnsafeRawBufferPointer(start: nil, count: 0)
    }

    /// Takes the fields in the order of `EventColumns.list`.
    init(_ fields: inout CopyFields) throws(PostgreSQLError) {
        let position = try fields.value(Int64.self)
        let (stream, version, type) = (try fields.present(), try fields.value(Int32.self), try fields.present())
        let (schemaVersion, recordedAt) = (try fields.value(Int16.self), try fields.value(Timestamp.self))
        let (leafHash, metadata) = (try fields.present(), try fields.present())
        let data = try fields.present()
        self.position = Position(rawValue: position)
        self.stream = stream
        self.version = version
        self.type = type
        self.schemaVersion = schemaVersion
        self.recordedAt = recordedAt
        self.leafHash = leafHash
        self.metadata = metadata
        self.data = data
    }

    /// A copy to keep. Throws `decoding-failed` where the row is malformed.
    package func recorded() throws(PostgreSQLError) -> RecordedEvent {
        guard let hash = Digest(bytes: Array(leafHash)) else {
            throw PostgreSQLError(.decodingFailed, "column \"leaf_hash\" has not 32 bytes at position \(position)")
        }
        guard let stream = String(postgres: stream, type: .text), let type = String(postgres: type, type: .text) else {
            throw PostgreSQLError(.decodingFailed, "stream or type is not UTF-8 at position \(position)")
        }
        return RecordedEvent(
            position: position, stream: stream, version: version, type: type, schemaVersion: schemaVersion,
            recordedAt: recordedAt, leafHash: hash, metadata: CanonicalText(Array(metadata)),
            data: CanonicalText(Array(data)))
    }
}

extension CopyFields {
    /// A field that no event lacks.
    fileprivate mutating func present() throws(PostgreSQLError) -> UnsafeRawBufferPointer {
        guard let field = try next() else { throw PostgreSQLError(.decodingFailed, "a field of an event is NULL") }
        return field
    }

    /// The same as a value. Here, where it is specialised: `decode` of another module is not, and looks types up at run time.
    fileprivate mutating func value<Value: PostgresDecodable>(_: Value.Type) throws(PostgreSQLError) -> Value {
        guard let value = Value(postgres: try present(), type: Value.postgresType) else {
            throw PostgreSQLError(.decodingFailed, "a field holds no \(Value.postgresType)")
        }
        return value
    }
}
