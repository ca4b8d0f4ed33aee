extension CELValue: CustomStringConvertible {
    /// Bytes after which ``description`` breaks off with an ellipsis: a value that shares parts may be far longer as text
    /// than it is in memory.
    static let maximumDescriptionLength = 1_048_576

    /// The value as a literal of the language where it has one.
    package var description: String {
        var text = ""
        describe(into: &text, limit: Self.maximumDescriptionLength)
        return text
    }

    /// The value for a message: cut off where it is long.
    var brief: String {
        var text = ""
        describe(into: &text, limit: 100)
        return text
    }

    private func describe(into text: inout String, limit: Int) {
        guard text.utf8.count < limit else {
            if !text.hasSuffix("…") { text += "…" }
            return
        }
        switch self {
        case .null: text += "null"
        case .bool(let flag): text += flag ? "true" : "false"
        case .int(let number): text += String(number)
        case .uint(let number): text += "\(number)u"
        case .double(let number): text += Self.literal(number)
        case .string(let string): text += quotedLiteral(string, limit: limit)
        case .bytes(let octets): text += "b\"" + octets.prefix(limit).map(Self.escapedOctet).joined() + "\""
        case .timestamp(let moment): text += "timestamp(\"\(moment)\")"
        case .duration(let span): text += "duration(\"\(span)\")"
        case .type(let type): text += type.runtimeName
        case .list(let elements):
            text += "["
            for (index, element) in elements.enumerated() where text.utf8.count < limit {
                if index > 0 { text += ", " }
                element.describe(into: &text, limit: limit)
            }
            text += "]"
        case .map(let map):
            text += "{"
            for (index, entry) in map.entries.enumerated() where text.utf8.count < limit {
                if index > 0 { text += ", " }
                entry.key.describe(into: &text, limit: limit)
                text += ": "
                entry.value.describe(into: &text, limit: limit)
            }
            text += "}"
        case .optional(let optional):
            guard let value = optional.value else {
                text += "optional.none()"
                return
            }
            text += "optional.of("
            value.describe(into: &text, limit: limit)
            text += ")"
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
func quotedLiteral(_ text: String, limit: Int = .max) -> String {
    var literal = "\""
    for (position, scalar) in text.unicodeScalars.enumerated() {
        guard position < limit else {
            literal += "…"
            break
        }
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
