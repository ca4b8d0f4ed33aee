import Foundation

/// `[UInt8]` is one `bytea`, not an array.
extension UInt8: PostgresArrayElement {
    package static var collectionType: PostgresType { .bytea }
    package static func acceptsCollection(_ type: PostgresType) -> Bool { type == .bytea }
    package static func encode(collection: [UInt8], into buffer: inout WireBuffer) {
        collection.withUnsafeBytes { buffer.append($0) }
    }
    package static func decode(collection bytes: UnsafeRawBufferPointer) -> [UInt8]? { Array(bytes) }
}

/// `[[UInt8]]` is `bytea[]`.
extension [UInt8]: PostgresArrayElement, PostgresScalar {
    package static var arrayType: PostgresType { .byteaArray }
}

extension Data: PostgresScalar {
    package static var postgresType: PostgresType { .bytea }
    package static var arrayType: PostgresType { .byteaArray }
    package func encode(into buffer: inout WireBuffer) { withUnsafeBytes { buffer.append($0) } }
    package init?(postgres bytes: UnsafeRawBufferPointer, type: PostgresType) { self.init(bytes) }
}
