/// An element whose arrays are one PostgreSQL value: `[Int64]` is `bigint[]`, `[UInt8]` is `bytea`.
///
/// The functions on whole arrays are requirements, so that each element type has its own loop without generic calls inside:
/// arrays carry thousands of rows a statement.
package protocol PostgresArrayElement: Sendable {
    static var collectionType: PostgresType { get }
    static func acceptsCollection(_ type: PostgresType) -> Bool
    static func encode(collection: [Self], into buffer: inout WireBuffer)
    static func decode(collection bytes: UnsafeRawBufferPointer) -> [Self]?
}

/// A single value that has an array type beside it.
package protocol PostgresScalar: PostgresEncodable, PostgresDecodable, PostgresArrayElement {
    static var arrayType: PostgresType { get }
    static func encode(optionals: [Self?], into buffer: inout WireBuffer)
    static func decode(optionals bytes: UnsafeRawBufferPointer) -> [Self?]?
}

extension PostgresScalar {
    package static var collectionType: PostgresType { arrayType }
    package static func acceptsCollection(_ type: PostgresType) -> Bool { type == arrayType }

    package static func encode(collection: [Self], into buffer: inout WireBuffer) {
        ArrayHeader(elementType: postgresType, count: collection.count, hasNulls: false).encode(into: &buffer)
        for element in collection { buffer.appendSized { element.encode(into: &$0) } }
    }

    package static func encode(optionals: [Self?], into buffer: inout WireBuffer) {
        let hasNulls = optionals.contains { $0 == nil }
        ArrayHeader(elementType: postgresType, count: optionals.count, hasNulls: hasNulls).encode(into: &buffer)
        for case let element in optionals {
            if let element {
                buffer.appendSized { element.encode(into: &$0) }
            } else {
                buffer.append(Int32(-1))
            }
        }
    }

    package static func decode(collection bytes: UnsafeRawBufferPointer) -> [Self]? {
        guard let header = ArrayHeader(bytes), accepts(header.elementType) else { return nil }
        var elements: [Self] = []
        elements.reserveCapacity(header.count)
        let complete = header.forEachElement(of: bytes) { element in
            guard let element, let value = Self(postgres: element, type: header.elementType) else { return false }
            elements.append(value)
            return true
        }
        return complete ? elements : nil
    }

    package static func decode(optionals bytes: UnsafeRawBufferPointer) -> [Self?]? {
        guard let header = ArrayHeader(bytes), accepts(header.elementType) else { return nil }
        var elements: [Self?] = []
        elements.reserveCapacity(header.count)
        let complete = header.forEachElement(of: bytes) { element in
            guard let element else {
                elements.append(nil)
                return true
            }
            guard let value = Self(postgres: element, type: header.elementType) else { return false }
            elements.append(value)
            return true
        }
        return complete ? elements : nil
    }
}

extension Optional: PostgresArrayElement where Wrapped: PostgresScalar {
    package static var collectionType: PostgresType { Wrapped.arrayType }
    package static func acceptsCollection(_ type: PostgresType) -> Bool { Wrapped.acceptsCollection(type) }
    package static func encode(collection: [Self], into buffer: inout WireBuffer) {
        Wrapped.encode(optionals: collection, into: &buffer)
    }
    package static func decode(collection bytes: UnsafeRawBufferPointer) -> [Self]? { Wrapped.decode(optionals: bytes) }
}

extension Array: PostgresTyped where Element: PostgresArrayElement {
    package static var postgresType: PostgresType { Element.collectionType }
}

extension Array: PostgresEncodable where Element: PostgresArrayElement {
    package func encode(into buffer: inout WireBuffer) { Element.encode(collection: self, into: &buffer) }
}

extension Array: PostgresDecodable where Element: PostgresArrayElement {
    package static func accepts(_ type: PostgresType) -> Bool { Element.acceptsCollection(type) }
    package init?(postgres bytes: UnsafeRawBufferPointer, type: PostgresType) {
        guard let elements = Element.decode(collection: bytes) else { return nil }
        self = elements
    }
}
