import Canonical

/// The leaf hash of an event, as `Schema/LEAF-ENCODING.md` specifies it: RFC 6962's hash of a leaf over every column of the
/// row but the position.
package struct LeafEncoding: Sendable {
    /// Version of the encoding, its first byte.
    private static let format: UInt8 = 1

    /// RFC 6962, section 2.1: the byte that sets leaves apart from inner nodes.
    private static let leafPrefix: UInt8 = 0

    /// What all leaves of one ledger begin with.
    private let prefix: [UInt8]

    package init(ledger: Ledger) {
        var prefix = [Self.leafPrefix, Self.format]
        prefix.append(field: ledger.name.utf8)
        self.prefix = prefix
    }

    package func hash(
        stream: String, version: Int32, type: String, schemaVersion: Int16, recordedAt: Timestamp,
        metadata: [UInt8], data: [UInt8]
    ) -> Digest {
        var leaf: [UInt8] = []
        leaf.reserveCapacity(prefix.count + stream.utf8.count + type.utf8.count + metadata.count + data.count + 40)
        leaf += prefix
        leaf.append(field: stream.utf8)
        leaf.append(bigEndian: UInt32(bitPattern: version))
        leaf.append(field: type.utf8)
        leaf.append(bigEndian: UInt16(bitPattern: schemaVersion))
        leaf.append(bigEndian: recordedAt.microseconds)
        leaf.append(field: metadata)
        leaf.append(field: data)
        return Digest(sha256: leaf)
    }
}

extension LeafEncoding {
    /// The hash of a lent event, by way of a buffer that is used again and again: nothing is allocated for each.
    package func hash(_ event: borrowing LentEvent, buffer leaf: inout [UInt8]) -> Digest {
        hash(event, data: event.data, buffer: &leaf)
    }

    /// The hash that an event has without its data.
    package func header(_ event: borrowing LentEvent, buffer leaf: inout [UInt8]) -> Digest {
        hash(event, data: UnsafeRawBufferPointer(start: nil, count: 0), buffer: &leaf)
    }

    private func hash(
        _ event: borrowing LentEvent, data: UnsafeRawBufferPointer, buffer leaf: inout [UInt8]
    ) -> Digest {
        leaf.removeAll(keepingCapacity: true)
        leaf += prefix
        leaf.append(field: event.stream)
        leaf.append(bigEndian: UInt32(bitPattern: event.version))
        leaf.append(field: event.type)
        leaf.append(bigEndian: UInt16(bitPattern: event.schemaVersion))
        leaf.append(bigEndian: event.recordedAt.microseconds)
        leaf.append(field: event.metadata)
        leaf.append(field: data)
        return leaf.withUnsafeBytes { Digest(sha256: $0) }
    }
}

extension [UInt8] {
    fileprivate mutating func append(bigEndian value: some FixedWidthInteger) {
        Swift.withUnsafeBytes(of: value.bigEndian) { append(contentsOf: $0) }
    }

    fileprivate mutating func append(field bytes: some Collection<UInt8>) {
        append(bigEndian: UInt32(truncatingIfNeeded: bytes.count))
        append(contentsOf: bytes)
    }
}
