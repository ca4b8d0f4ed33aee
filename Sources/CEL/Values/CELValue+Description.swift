extension CELValue: CustomStringConvertible {
    /// The value as a literal of the language where it has one.
    package var description: String {
        switch self {
        case .null: "null"
        case .bool(let flag): flag ? "true" : "false"
        case .int(let number): String(number)
        case .uint(let number): "\(number)u"
        case .double(let number): Self.literal(number)
        case .string(let text): quotedLiteral(text)
        case .bytes(let octets): "b\"" + octets.map(Self.escapedOctet).joined() + "\""
        case .list(let elements): "[" + elements.map(\.description).joined(separator: ", ") + "]"
        case .map(let map): "{" + map.entries.map { "\($0.key): \($0.value)" }.joined(separator: ", ") + "}"
        case .timestamp(let moment): "timestamp(\"\(moment)\")"
        case .duration(let span): "duration(\"\(span)\")"
        case .type(let type): type.runtimeName
        case .optional(let optional): optional.value.map { "optional.of(\($0))" } ?? "optional.none()"
        }
    }

    private static func literal(_ number: Double) -> String {
        if number.isNaN { return "double(\"NaN\")" }
        if number.isInfinite { return number < 0 ? "double(\"-Infinity\")" : "double(\"Infinity\")" }
        // Swift prints the shortest digits that read back, always with a point or an exponent.
        return number.description
    }

    private static func escapedOctet(_ octet: UInt8) -> String {
        switch octet {
        case UInt8(ascii: "\""): "\\\""
        case UInt8(ascii: "\\"): "\\\\"
        case 0x20...0x7e: String(UnicodeScalar(octet))
        default: "\\x" + (octet < 16 ? "0" : "") + String(octet, radix: 16)
        }
    }
}

/// A double-quoted string literal that reads back as the text; characters that print stay as they are.
func quotedLiteral(_ text: String) -> String {
    var literal = "\""
    for scalar in text.unicodeScalars {
        switch scalar {
        case "\u{7}": literal += "\\a"
        case "\u{8}": literal += "\\b"
        case "\u{c}": literal += "\\f"
        case "\n": literal += "\\n"
        case "\r": literal += "\\r"
        case "\t": literal += "\\t"
        case "\u{b}": literal += "\\v"
        case "\\": literal += "\\\\"
        case "\"": literal += "\\\""
        default: literal.unicodeScalars.append(scalar)
        }
    }
    return literal + "\""
}
