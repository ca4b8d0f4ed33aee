/// Checks that bytes which come in pieces are UTF-8 (Unicode, table 3-7), and counts their lines.
package struct UTF8Check: Sendable {
    /// The line of the next byte, from 1.
    package private(set) var line = 1
    /// Bytes that the character under way still needs, and what the next of them may be.
    private var missing = 0
    private var next: ClosedRange<UInt8> = 0x80...0xBF

    package init() {}

    /// False where the bytes are not UTF-8: then ``line`` is that of the byte that is wrong.
    package mutating func read(_ bytes: some Sequence<UInt8>) -> Bool {
        for byte in bytes {
            if missing == 0 {
                if byte < 0x80 {
                    if byte == UInt8(ascii: "\n") { line += 1 }
                } else {
                    guard begin(byte) else { return false }
                }
            } else {
                guard next.contains(byte) else { return false }
                missing -= 1
                next = 0x80...0xBF
            }
        }
        return true
    }

    /// False where the last character is not whole.
    package var isWhole: Bool { missing == 0 }

    private mutating func begin(_ byte: UInt8) -> Bool {
        switch byte {
        case 0xC2...0xDF: missing = 1
        case 0xE0...0xEF:
            missing = 2
            if byte == 0xE0 { next = 0xA0...0xBF } else if byte == 0xED { next = 0x80...0x9F }
        case 0xF0...0xF4:
            missing = 3
            if byte == 0xF0 { next = 0x90...0xBF } else if byte == 0xF4 { next = 0x80...0x8F }
        default: return false
        }
        return true
    }
}
