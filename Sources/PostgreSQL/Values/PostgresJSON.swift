/// JSON text for a `json` column, which keeps it byte for byte.
package struct PostgresJSON: Hashable, Sendable {
    /// UTF-8.
    package var bytes: [UInt8]

    package init(_ bytes: [UInt8]) { self.bytes = bytes }
}

/// JSON text for a `jsonb` column, which keeps its meaning but not its spelling.
package struct PostgresJSONB: Hashable, Sendable {
    /// UTF-8.
    package var bytes: [UInt8]

    package init(_ bytes: [UInt8]) { self.bytes = bytes }
}

extension PostgresJSON: PostgresScalar {
    package static var postgresType: PostgresType { .json }
    package static var arrayType: PostgresType { .jsonArray }
    package static func accepts(_ type: PostgresType) -> Bool { type == .json || type == .jsonb }
    package func encode(into buffer: inout WireBuffer) { bytes.encode(into: &buffer) }
    package init?(postgres bytes: UnsafeRawBufferPointer, type: PostgresType) {
        guard let text = jsonText(bytes, type) else { return nil }
        self.bytes = text
    }
}

extension PostgresJSONB: PostgresScalar {
    package static var postgresType: PostgresType { .jsonb }
    package static var arrayType: PostgresType { .jsonbArray }
    package static func accepts(_ type: PostgresType) -> Bool { type == .json || type == .jsonb }
    package func encode(into buffer: inout WireBuffer) {
        buffer.append(jsonbVersion)
        bytes.encode(into: &buffer)
    }
    package init?(postgres bytes: UnsafeRawBufferPointer, type: PostgresType) {
        guard let text = jsonText(bytes, type) else { return nil }
        self.bytes = text
    }
}

/// The byte in front of binary `jsonb` (`jsonb_recv`).
private let jsonbVersion: UInt8 = 1

private func jsonText(_ bytes: UnsafeRawBufferPointer, _ type: PostgresType) -> [UInt8]? {
    guard type == .jsonb else { return Array(bytes) }
    guard bytes.first == jsonbVersion else { return nil }
    return Array(bytes.dropFirst())
}
