/// The head of a binary array: dimensions, whether NULLs follow, element type, length and lower bound
/// (`array_send` in the server's `arrayfuncs.c`). One dimension or none; more are refused.
struct ArrayHeader {
    let elementType: PostgresType
    let count: Int
    private let hasNulls: Bool

    private static let emptyLength = 12
    private static let length = 20

    init(elementType: PostgresType, count: Int, hasNulls: Bool) {
        self.elementType = elementType
        self.count = count
        self.hasNulls = hasNulls
    }

    init?(_ bytes: UnsafeRawBufferPointer) {
        guard bytes.count >= Self.emptyLength else { return nil }
        let dimensions = bytes.bigEndian(at: 0, as: Int32.self)
        hasNulls = bytes.bigEndian(at: 4, as: Int32.self) != 0
        elementType = PostgresType(rawValue: bytes.bigEndian(at: 8))
        switch dimensions {
        case 0:
            count = 0
        case 1:
            guard bytes.count >= Self.length else { return nil }
            count = Int(bytes.bigEndian(at: 12, as: Int32.self))
            // Every element has a length of four bytes: a greater count is a lie, and must not reserve memory.
            guard count >= 0, count <= (bytes.count - Self.length) / 4 else { return nil }
        default:
            return nil
        }
    }

    func encode(into buffer: inout WireBuffer) {
        buffer.append(Int32(count == 0 ? 0 : 1))
        buffer.append(Int32(hasNulls ? 1 : 0))
        buffer.append(elementType.rawValue)
        guard count > 0 else { return }
        buffer.append(Int32(truncatingIfNeeded: count))
        buffer.append(Int32(1))
    }

    /// Calls `body` with the bytes of each element, nil for NULL. False when the bytes are malformed or `body` refuses one.
    @inline(__always)
    func forEachElement(of bytes: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer?) -> Bool) -> Bool {
        var offset = Self.length
        for _ in 0..<count {
            guard bytes.count - offset >= 4 else { return false }
            let length = Int(bytes.bigEndian(at: offset, as: Int32.self))
            offset += 4
            if length == -1 {
                guard body(nil) else { return false }
                continue
            }
            guard length >= 0, length <= bytes.count - offset else { return false }
            guard body(UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + length])) else { return false }
            offset += length
        }
        return true
    }
}
