extension String: PostgresScalar {
    package static var postgresType: PostgresType { .text }
    package static var arrayType: PostgresType { .textArray }

    package static func accepts(_ type: PostgresType) -> Bool {
        switch type {
        case .text, .varchar, .bpchar, .name, .json, .unknown: true
        default: false
        }
    }

    package func encode(into buffer: inout WireBuffer) {
        var text = self
        text.withUTF8 { buffer.append(UnsafeRawBufferPointer($0)) }
    }

    /// The server is asked for UTF-8; what is not UTF-8 is malformed.
    package init?(postgres bytes: UnsafeRawBufferPointer, type: PostgresType) {
        self.init(validating: bytes, as: UTF8.self)
    }
}
