/// A value with a type of the server: what a parameter is declared with, and what errors name.
package protocol PostgresTyped: Sendable {
    static var postgresType: PostgresType { get }
}

extension Optional: PostgresTyped where Wrapped: PostgresTyped {
    package static var postgresType: PostgresType { Wrapped.postgresType }
}

/// A value that can be bound to a parameter, in PostgreSQL's binary format.
package protocol PostgresEncodable: PostgresTyped {
    /// SQL NULL, which has no bytes.
    var isNull: Bool { get }

    func encode(into buffer: inout WireBuffer)
}

extension PostgresEncodable {
    package var isNull: Bool { false }
}

/// A value that can be read from a column, in PostgreSQL's binary format.
package protocol PostgresDecodable: PostgresTyped {
    /// Whether columns of this type can be read as `Self` without loss.
    static func accepts(_ type: PostgresType) -> Bool

    /// What SQL NULL is read as; nil when it cannot be.
    static var null: Self? { get }

    /// nil when the bytes are malformed.
    init?(postgres bytes: UnsafeRawBufferPointer, type: PostgresType)
}

extension PostgresDecodable {
    package static func accepts(_ type: PostgresType) -> Bool { type == postgresType }
    package static var null: Self? { nil }
}

extension Optional: PostgresEncodable where Wrapped: PostgresEncodable {
    package var isNull: Bool { self.map(\.isNull) ?? true }
    package func encode(into buffer: inout WireBuffer) { self?.encode(into: &buffer) }
}

extension Optional: PostgresDecodable where Wrapped: PostgresDecodable {
    package static func accepts(_ type: PostgresType) -> Bool { Wrapped.accepts(type) }
    package static var null: Self? { .some(.none) }
    package init?(postgres bytes: UnsafeRawBufferPointer, type: PostgresType) {
        guard let value = Wrapped(postgres: bytes, type: type) else { return nil }
        self = .some(value)
    }
}
