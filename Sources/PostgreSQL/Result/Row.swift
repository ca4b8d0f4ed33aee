import CLibPQ

/// One row of a result.
package struct Row: Sendable {
    private let storage: ResultStorage
    private let index: Int32

    init(storage: ResultStorage, index: Int32) {
        self.storage = storage
        self.index = index
    }

    /// Reads a column by position, from 0. Throws `decoding-failed`, naming column and expected type.
    package func decode<Value: PostgresDecodable>(
        _ column: Int, as: Value.Type = Value.self
    ) throws(PostgreSQLError) -> Value {
        guard column >= 0, column < Int(PQnfields(storage.pointer)) else {
            throw failure(
                "column \(column) was read as \(Value.postgresType), but the row has \(PQnfields(storage.pointer)) columns")
        }
        let field = Int32(column)
        let type = PostgresType(rawValue: PQftype(storage.pointer, field))
        guard Value.accepts(type) else {
            throw failure("column \(name(of: field)) is \(type), not \(Value.postgresType)")
        }
        guard PQgetisnull(storage.pointer, index, field) == 0 else {
            guard let null = Value.null else {
                throw failure("column \(name(of: field)) is NULL, but \(Value.postgresType) was expected")
            }
            return null
        }
        guard let value = Value(postgres: bytes(of: field), type: type) else {
            throw failure("column \(name(of: field)) does not hold a valid \(Value.postgresType)")
        }
        return value
    }

    /// Reads a column by its exact name; the first one when several have it.
    package func decode<Value: PostgresDecodable>(
        named column: String, as: Value.Type = Value.self
    ) throws(PostgreSQLError) -> Value {
        guard let position = position(of: column) else {
            throw failure("there is no column \"\(column)\", which was expected as \(Value.postgresType)")
        }
        return try decode(position)
    }

    /// Lends the raw bytes of a column, nil for NULL; valid inside `body` only.
    package func withUnsafeBytes<Value>(
        of column: Int, _ body: (UnsafeRawBufferPointer?) throws(PostgreSQLError) -> Value
    ) throws(PostgreSQLError) -> Value {
        guard column >= 0, column < Int(PQnfields(storage.pointer)) else {
            throw failure("there is no column \(column)")
        }
        let field = Int32(column)
        let isNull = PQgetisnull(storage.pointer, index, field) != 0
        defer { withExtendedLifetime(storage) {} }
        return try body(isNull ? nil : bytes(of: field))
    }

    private func bytes(of field: Int32) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(
            start: PQgetvalue(storage.pointer, index, field), count: Int(PQgetlength(storage.pointer, index, field)))
    }

    private func position(of column: String) -> Int? {
        // Not PQfnumber: it folds case as SQL does.
        (0..<Int(PQnfields(storage.pointer))).first { name(at: Int32($0)) == column }
    }

    private func name(at field: Int32) -> String {
        PQfname(storage.pointer, field).map { String(cString: $0) } ?? ""
    }

    private func name(of field: Int32) -> String { "\"\(name(at: field))\" (\(field))" }

    private func failure(_ message: String) -> PostgreSQLError { PostgreSQLError(.decodingFailed, message) }
}
