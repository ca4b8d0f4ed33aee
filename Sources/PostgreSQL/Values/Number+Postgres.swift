extension Int16: PostgresScalar {
    package static var postgresType: PostgresType { .int2 }
    package static var arrayType: PostgresType { .int2Array }
    package func encode(into buffer: inout WireBuffer) { buffer.append(self) }
    package init?(postgres bytes: UnsafeRawBufferPointer, type: PostgresType) {
        guard bytes.count == 2 else { return nil }
        self = bytes.bigEndian()
    }
}

extension Int32: PostgresScalar {
    package static var postgresType: PostgresType { .int4 }
    package static var arrayType: PostgresType { .int4Array }
    package static func accepts(_ type: PostgresType) -> Bool { type == .int4 || type == .int2 }
    package func encode(into buffer: inout WireBuffer) { buffer.append(self) }
    package init?(postgres bytes: UnsafeRawBufferPointer, type: PostgresType) {
        switch bytes.count {
        case 4: self = bytes.bigEndian()
        case 2: self = Int32(bytes.bigEndian(as: Int16.self))
        default: return nil
        }
    }
}

extension Int64: PostgresScalar {
    package static var postgresType: PostgresType { .int8 }
    package static var arrayType: PostgresType { .int8Array }
    package static func accepts(_ type: PostgresType) -> Bool { type == .int8 || type == .int4 || type == .int2 }
    package func encode(into buffer: inout WireBuffer) { buffer.append(self) }
    package init?(postgres bytes: UnsafeRawBufferPointer, type: PostgresType) {
        switch bytes.count {
        case 8: self = bytes.bigEndian()
        case 4: self = Int64(bytes.bigEndian(as: Int32.self))
        case 2: self = Int64(bytes.bigEndian(as: Int16.self))
        default: return nil
        }
    }
}

extension Int: PostgresScalar {
    package static var postgresType: PostgresType { .int8 }
    package static var arrayType: PostgresType { .int8Array }
    package static func accepts(_ type: PostgresType) -> Bool { Int64.accepts(type) }
    package func encode(into buffer: inout WireBuffer) { buffer.append(Int64(self)) }
    package init?(postgres bytes: UnsafeRawBufferPointer, type: PostgresType) {
        guard let value = Int64(postgres: bytes, type: type) else { return nil }
        self.init(exactly: value)
    }
}

extension Double: PostgresScalar {
    package static var postgresType: PostgresType { .float8 }
    package static var arrayType: PostgresType { .float8Array }
    package static func accepts(_ type: PostgresType) -> Bool { type == .float8 || type == .float4 }
    package func encode(into buffer: inout WireBuffer) { buffer.append(bitPattern) }
    package init?(postgres bytes: UnsafeRawBufferPointer, type: PostgresType) {
        switch bytes.count {
        case 8: self = Double(bitPattern: bytes.bigEndian())
        case 4: self = Double(Float(bitPattern: bytes.bigEndian()))
        default: return nil
        }
    }
}

extension Bool: PostgresScalar {
    package static var postgresType: PostgresType { .bool }
    package static var arrayType: PostgresType { .boolArray }
    package func encode(into buffer: inout WireBuffer) { buffer.append(UInt8(self ? 1 : 0)) }
    package init?(postgres bytes: UnsafeRawBufferPointer, type: PostgresType) {
        guard bytes.count == 1 else { return nil }
        self = bytes[0] != 0
    }
}
