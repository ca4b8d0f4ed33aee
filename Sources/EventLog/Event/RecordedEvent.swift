import Canonical

/// An event as the log holds it.
package struct RecordedEvent: Hashable, Sendable {
    package let position: Position
    /// What it is about: `user/ID`, `device/ID`, `share-request/ID`, `policy/NAME`, `archive/SHA-256`.
    package let stream: String
    /// Place in the stream, from 1.
    package let version: Int32
    package let type: String
    package let schemaVersion: Int16
    package let recordedAt: Timestamp
    package let leafHash: Digest
    /// RFC 8785 canonical JSON, the bytes as stored.
    package let metadata: CanonicalText
    /// RFC 8785 canonical JSON, the bytes as stored; empty where they are in an archive.
    package let data: CanonicalText

    /// Whether the data have left the log for an archive.
    package var isDetached: Bool { data.bytes.isEmpty }

    package init(
        position: Position, stream: String, version: Int32, type: String, schemaVersion: Int16, recordedAt: Timestamp,
        leafHash: Digest, metadata: CanonicalText, data: CanonicalText
    ) {
        self.position = position
        self.stream = stream
        self.version = version
        self.type = type
        self.schemaVersion = schemaVersion
        self.recordedAt = recordedAt
        self.leafHash = leafHash
        self.metadata = metadata
        self.data = data
    }

    /// The hash that the row's bytes give, to be compared with `leafHash`.
    package func computedLeafHash(in ledger: Ledger) -> Digest {
        LeafEncoding(ledger: ledger).hash(
            stream: stream, version: version, type: type, schemaVersion: schemaVersion, recordedAt: recordedAt,
            metadata: metadata.bytes, data: data.bytes)
    }
}
