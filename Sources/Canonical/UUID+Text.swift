import Foundation

extension UUID {
    /// Reads the text form (RFC 9562, section 4), in capitals or not. Nil for anything else. Foundation's own goes through
    /// `scanf`, which takes longer than the rest of reading an event.
    package init?(utf8 text: UnsafeRawBufferPointer) {
        guard text.count == 36 else { return nil }
        var halves: (high: UInt64, low: UInt64) = (0, 0)
        for place in 0..<36 {
            switch place {
            case 8, 13, 18, 23:
                guard text[place] == UInt8(ascii: "-") else { return nil }
            default:
                guard let digit = text[place].hexadecimalValue else { return nil }
                // The third hyphen, at place 18, stands between the halves.
                if place < 18 {
                    halves.high = halves.high << 4 | UInt64(digit)
                } else {
                    halves.low = halves.low << 4 | UInt64(digit)
                }
            }
        }
        let bytes = (halves.high.bigEndian, halves.low.bigEndian)
        self.init(uuid: withUnsafeBytes(of: bytes) { $0.loadUnaligned(as: uuid_t.self) })
    }
}

extension UnsafeRawBufferPointer {
    /// The text form of the UUID whose bytes these are, in small letters. Foundation's own goes through `printf`.
    package var uuidText: [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(36)
        for (place, byte) in enumerated() {
            if place == 4 || place == 6 || place == 8 || place == 10 { text.append(UInt8(ascii: "-")) }
            let (high, low) = byte.hexadecimalDigits
            text.append(high)
            text.append(low)
        }
        return text
    }
}
