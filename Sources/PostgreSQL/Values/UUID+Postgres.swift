import Foundation

extension UUID: PostgresScalar {
    package static var postgresType: PostgresType { .uuid }
    package static var arrayType: PostgresType { .uuidArray }

    package func encode(into buffer: inout WireBuffer) {
        buffer.extend(by: 16).storeBytes(of: uuid, as: uuid_t.self)
    }

    package init?(postgres bytes: UnsafeRawBufferPointer, type: PostgresType) {
        guard bytes.count == 16 else { return nil }
        self.init(uuid: bytes.loadUnaligned(as: uuid_t.self))
    }
}
