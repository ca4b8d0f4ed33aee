import Canonical
import PostgreSQL

/// The columns of an event in the order that every query here selects them.
package enum EventColumns {
    package static let list =
        "position, stream, version, type, schema_version, recorded_at, leaf_hash, metadata, data"

    package static func decode(_ row: Row) throws -> RecordedEvent {
        let hash: [UInt8] = try row.decode(6)
        guard let leafHash = Digest(bytes: hash) else {
            throw PostgreSQLError(.decodingFailed, "column \"leaf_hash\" has not 32 bytes")
        }
        return RecordedEvent(
            position: Position(rawValue: try row.decode(0)), stream: try row.decode(1), version: try row.decode(2),
            type: try row.decode(3), schemaVersion: try row.decode(4), recordedAt: try row.decode(5),
            leafHash: leafHash, metadata: try row.decode(7), data: try row.decode(8))
    }
}
