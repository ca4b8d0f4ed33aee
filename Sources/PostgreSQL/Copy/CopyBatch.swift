/// Some complete rows of a binary COPY (PostgreSQL manual, COPY, "Binary Format"), one behind the other.
package struct CopyBatch: Sendable {
    private static let capacity = 256 << 10
    /// Room for the row that fills the batch, so that it is not moved for that row's sake.
    private static let slack = 32 << 10

    private var bytes: [UInt8] = []
    private var starts: [Int] = []

    init() { bytes.reserveCapacity(Self.capacity + Self.slack) }

    package var count: Int { starts.count }
    package var isEmpty: Bool { starts.isEmpty }
    /// What it takes in memory.
    package var byteCount: Int { bytes.count }
    var isFull: Bool { bytes.count >= Self.capacity }

    /// "PGCOPY\n\377\r\n\0", flags, length of the header's extension.
    private static let signature: [UInt8] = [0x50, 0x47, 0x43, 0x4F, 0x50, 0x59, 0x0A, 0xFF, 0x0D, 0x0A, 0x00]

    /// Takes one message of the protocol: the header and the first row, a row, or the trailer.
    mutating func append(_ message: UnsafeRawBufferPointer) {
        var message = message
        // A row that begins like the signature would have 20,559 fields.
        if message.count >= 19, message[0] == Self.signature[0], message.starts(with: Self.signature) {
            let extra = Int(message.bigEndian(at: 15, as: UInt32.self))
            message = UnsafeRawBufferPointer(rebasing: message.dropFirst(19 + extra))
        }
        // A field count of -1 ends the data.
        guard message.count >= 2, message.bigEndian(as: Int16.self) >= 0 else { return }
        starts.append(bytes.count)
        bytes.append(contentsOf: message)
    }

    /// Calls `body` with each row in order. The fields are valid inside `body` only.
    /// Not generic over what `body` throws: a generic function of another module cannot be specialised.
    package func forEachRow(_ body: (borrowing CopyRow) throws -> Void) rethrows {
        try bytes.withUnsafeBytes { bytes in
            for (index, start) in starts.enumerated() {
                let end = index + 1 < starts.count ? starts[index + 1] : bytes.count
                try body(CopyRow(bytes: UnsafeRawBufferPointer(rebasing: bytes[start..<end])))
            }
        }
    }
}

extension CopyBatch {
    /// Lends the bytes of one row's fields, each a length of 32 bits (-1 for NULL) and so many bytes.
    package func withFields<Value>(ofRow index: Int, _ body: (UnsafeRawBufferPointer) -> Value) -> Value {
        bytes.withUnsafeBytes { bytes in
            let end = index + 1 < starts.count ? starts[index + 1] : bytes.count
            return body(UnsafeRawBufferPointer(rebasing: bytes[starts[index] + 2..<end]))
        }
    }
}

/// One row: walks its fields from the first to the last.
package struct CopyRow: ~Copyable {
    private let bytes: UnsafeRawBufferPointer

    init(bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    package func fields() -> CopyFields { CopyFields(bytes: bytes) }
}

/// A cursor over the fields of a row.
package struct CopyFields {
    private let bytes: UnsafeRawBufferPointer
    private var offset = 2

    init(bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    /// The bytes of the next field; nil for NULL. Throws `decoding-failed` behind the last.
    package mutating func next() throws(PostgreSQLError) -> UnsafeRawBufferPointer? {
        guard offset + 4 <= bytes.count else { throw PostgreSQLError(.decodingFailed, "the row has no further field") }
        let length = Int(bytes.bigEndian(at: offset, as: Int32.self))
        offset += 4
        guard length >= 0 else { return nil }
        guard offset + length <= bytes.count else { throw PostgreSQLError(.decodingFailed, "a field is cut off") }
        defer { offset += length }
        return UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + length])
    }

    /// The next field as a value. Throws `decoding-failed` where it is NULL or malformed.
    package mutating func decode<Value: PostgresDecodable>(_: Value.Type = Value.self) throws(PostgreSQLError) -> Value {
        guard let field = try next(), let value = Value(postgres: field, type: Value.postgresType) else {
            throw PostgreSQLError(.decodingFailed, "a field holds no \(Value.postgresType)")
        }
        return value
    }
}
