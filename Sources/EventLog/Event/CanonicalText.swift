import PostgreSQL

/// Canonical JSON as bytes, a `text` in the database. Kept as bytes because that is what was hashed, and because making a
/// `String` of every event costs more than writing it.
package struct CanonicalText: Hashable, Sendable, CustomStringConvertible {
    package let bytes: [UInt8]

    package init(_ bytes: [UInt8]) { self.bytes = bytes }

    package var description: String { String(decoding: bytes, as: UTF8.self) }
}

extension CanonicalText: PostgresScalar {
    package static var postgresType: PostgresType { String.postgresType }
    package static var arrayType: PostgresType { String.arrayType }
    package static func accepts(_ type: PostgresType) -> Bool { String.accepts(type) }

    package func encode(into buffer: inout WireBuffer) {
        bytes.withUnsafeBytes { buffer.append($0) }
    }

    package init?(postgres bytes: UnsafeRawBufferPointer, type: PostgresType) {
        self.bytes = Array(bytes)
    }
}
