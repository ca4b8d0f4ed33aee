extension [UInt8] {
    /// Lowercase hexadecimal.
    package var hex: String {
        String(unsafeUninitializedCapacity: count * 2) { buffer in
            for (index, byte) in enumerated() {
                (buffer[index * 2], buffer[index * 2 + 1]) = byte.hexadecimalDigits
            }
            return count * 2
        }
    }

    /// Nil unless the text is an even number of hexadecimal digits.
    package init?(hex: some StringProtocol) {
        let digits = Array(hex.utf8)
        guard digits.count.isMultiple(of: 2) else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(digits.count / 2)
        for index in stride(from: 0, to: digits.count, by: 2) {
            guard let high = digits[index].hexadecimalValue, let low = digits[index + 1].hexadecimalValue else { return nil }
            bytes.append(high << 4 | low)
        }
        self = bytes
    }
}

extension UInt8 {
    private static let digits = Array("0123456789abcdef".utf8)

    /// Lowercase, in ASCII.
    var hexadecimalDigits: (UInt8, UInt8) { (Self.digits[Int(self >> 4)], Self.digits[Int(self & 15)]) }

    /// Value of an ASCII hexadecimal digit.
    var hexadecimalValue: UInt8? {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): self - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): self - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): self - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
