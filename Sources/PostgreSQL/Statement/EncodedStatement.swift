/// A statement ready for the wire: parameter types for its preparation, parameter values in one piece of memory.
struct EncodedStatement: Sendable {
    /// The protocol counts parameters in 16 bits.
    static let maximumParameters = 65_535
    /// The server refuses messages of 1 GiB and more; this leaves room for their frame.
    static let maximumBytes = 1 << 30 - 1 << 16

    let key: PreparedStatementKey
    let parameters: EncodedParameters

    init(_ statement: Statement) throws(PostgreSQLError) {
        guard statement.parameters.count <= Self.maximumParameters else {
            throw PostgreSQLError(
                .limitExceeded,
                "\(statement.parameters.count) parameters, at most \(Self.maximumParameters) are possible: pass arrays instead")
        }
        try Self.check(statement.sql)
        var types: [UInt32] = []
        types.reserveCapacity(statement.parameters.count)
        for parameter in statement.parameters { types.append(type(of: parameter).postgresType.rawValue) }
        key = PreparedStatementKey(sql: statement.sql, types: types)
        parameters = EncodedParameters(statement.parameters)
        guard parameters.byteCount <= Self.maximumBytes else {
            throw PostgreSQLError(
                .limitExceeded,
                "\(parameters.byteCount) bytes of parameters, at most \(Self.maximumBytes) are possible: send fewer rows a statement"
            )
        }
    }

    /// SQL ends for libpq at the first NUL: what stands behind would silently not be run.
    static func check(_ sql: String) throws(PostgreSQLError) {
        guard !sql.utf8.contains(0) else { throw PostgreSQLError(.unexpectedStatement, "the statement contains a NUL character") }
    }
}

/// The values of one statement, written once and then only read.
final class EncodedParameters: Sendable {
    private let buffer: WireBuffer
    /// Where each value ends; nil is NULL.
    private let extents: [Range<Int>?]

    init(_ values: [any PostgresEncodable]) {
        var buffer = WireBuffer()
        var extents: [Range<Int>?] = []
        extents.reserveCapacity(values.count)
        for value in values {
            if value.isNull {
                extents.append(nil)
            } else {
                let start = buffer.count
                value.encode(into: &buffer)
                extents.append(start..<buffer.count)
            }
        }
        self.buffer = buffer
        self.extents = extents
    }

    var byteCount: Int { buffer.count }

    /// Calls `body` with what libpq wants: count, pointers, lengths and formats.
    func withLibPQArguments<Value>(
        _ body: (
            Int32, UnsafePointer<UnsafePointer<CChar>?>?, UnsafePointer<Int32>?, UnsafePointer<Int32>?
        ) -> Value
    ) -> Value {
        let count = extents.count
        guard count > 0, let base = buffer.bytes.baseAddress?.assumingMemoryBound(to: CChar.self) else {
            return body(0, nil, nil, nil)
        }
        return withUnsafeTemporaryAllocation(of: UnsafePointer<CChar>?.self, capacity: count) { values in
            withUnsafeTemporaryAllocation(of: Int32.self, capacity: 2 * count) { numbers in
                for (index, extent) in extents.enumerated() {
                    values.initializeElement(at: index, to: extent.map { base + $0.lowerBound })
                    numbers.initializeElement(at: index, to: Int32(truncatingIfNeeded: extent?.count ?? 0))
                    numbers.initializeElement(at: count + index, to: 1)
                }
                let lengths = numbers.baseAddress.map { UnsafePointer($0) }
                return body(Int32(count), values.baseAddress.map { UnsafePointer($0) }, lengths, lengths.map { $0 + count })
            }
        }
    }
}
