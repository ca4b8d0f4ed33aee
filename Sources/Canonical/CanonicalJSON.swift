extension JSONValue {
    /// The canonical form (RFC 8785): members sorted by their names' UTF-16 code units, no white space, the shortest
    /// escapes, numbers as ECMAScript writes them.
    public func canonicalBytes() -> [UInt8] {
        var bytes: [UInt8] = []
        write(to: &bytes)
        return bytes
    }

    private func write(to bytes: inout [UInt8]) {
        switch self {
        case .null: bytes += "null".utf8
        case .bool(let value): bytes += (value ? "true" : "false").utf8
        case .integer(let value): bytes.append(number: value)
        case .number(let value): bytes += CanonicalNumber.text(value).utf8
        case .string(let value): bytes.append(quoted: value)
        case .array(let elements):
            bytes.append(UInt8(ascii: "["))
            for (index, element) in elements.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                element.write(to: &bytes)
            }
            bytes.append(UInt8(ascii: "]"))
        case .object(let object):
            bytes.append(UInt8(ascii: "{"))
            // Section 3.2.3: by UTF-16 code units, which differs from code points above U+FFFF.
            let members = object.members.sorted { $0.name.utf16.lexicographicallyPrecedes($1.name.utf16) }
            for (index, member) in members.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                bytes.append(quoted: member.name)
                bytes.append(UInt8(ascii: ":"))
                member.value.write(to: &bytes)
            }
            bytes.append(UInt8(ascii: "}"))
        }
    }
}

extension [UInt8] {
    /// Section 3.2.2.2: only what must be escaped is, in the shortest way.
    mutating func append(quoted text: String) {
        append(UInt8(ascii: "\""))
        var text = text
        text.withUTF8 { utf8 in
            var run = 0
            for (index, byte) in utf8.enumerated() where byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") {
                append(contentsOf: utf8[run..<index])
                append(escape: byte)
                run = index + 1
            }
            append(contentsOf: utf8[run...])
        }
        append(UInt8(ascii: "\""))
    }

    private mutating func append(escape byte: UInt8) {
        append(UInt8(ascii: "\\"))
        switch byte {
        case 0x08: append(UInt8(ascii: "b"))
        case 0x09: append(UInt8(ascii: "t"))
        case 0x0A: append(UInt8(ascii: "n"))
        case 0x0C: append(UInt8(ascii: "f"))
        case 0x0D: append(UInt8(ascii: "r"))
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): append(byte)
        default:
            append(contentsOf: "u00".utf8)
            append(contentsOf: [byte].hex.utf8)
        }
    }

    /// An integer as RFC 8785 writes it: beyond 53 bits, as the double that stands for it, since no reader keeps more.
    mutating func append(number value: Int64) {
        if value.magnitude <= UInt64(JSONValue.maximumInteger) {
            append(decimal: value)
        } else {
            append(contentsOf: CanonicalNumber.text(Double(value)).utf8)
        }
    }

    /// Decimal digits, without making a `String`.
    private mutating func append(decimal value: Int64) {
        var digits: (UInt64, UInt64, UInt64) = (0, 0, 0)  // 24 bytes: 19 digits and a sign fit
        Swift.withUnsafeMutableBytes(of: &digits) { buffer in
            var place = buffer.count
            var rest = value.magnitude
            repeat {
                place -= 1
                buffer[place] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
                rest /= 10
            } while rest > 0
            if value < 0 {
                place -= 1
                buffer[place] = UInt8(ascii: "-")
            }
            append(contentsOf: buffer[place...])
        }
    }
}
