extension JSONValue {
    /// Reads one JSON text (RFC 8259). Refuses what has no canonical form or two readings: repeated names, lone surrogates,
    /// invalid UTF-8, numbers beyond a double; and what exceeds the limits.
    public init(parsing bytes: [UInt8], limits: JSONLimits = JSONLimits()) throws(JSONError) {
        guard bytes.count <= limits.size else {
            throw JSONError(.tooLarge, at: limits.size, "the text has \(bytes.count) bytes, more than \(limits.size)")
        }
        var parser = JSONParser(bytes: bytes, depthLimit: limits.depth)
        self = try parser.text()
    }

    public init(parsing text: String, limits: JSONLimits = JSONLimits()) throws(JSONError) {
        try self.init(parsing: Array(text.utf8), limits: limits)
    }
}

private struct JSONParser {
    let bytes: [UInt8]
    let depthLimit: Int
    var offset = 0

    init(bytes: [UInt8], depthLimit: Int) {
        self.bytes = bytes
        self.depthLimit = depthLimit
    }

    mutating func text() throws(JSONError) -> JSONValue {
        // No JSON text in UTF-8 begins so; what a wider encoding looks like otherwise would be named by some character.
        if bytes.count >= 4, bytes[0] >= 0xFE || bytes[0] == 0 || bytes[1] == 0, let encoding = TextEncoding(beginning: bytes) {
            throw JSONError(.invalidText, at: 0, "the text is not UTF-8, but \(encoding.rawValue)")
        }
        let value = try value(depth: 0)
        skipSpace()
        guard offset == bytes.count else { throw malformed("something follows the value") }
        return value
    }

    private mutating func value(depth: Int) throws(JSONError) -> JSONValue {
        skipSpace()
        guard let first = peek else { throw malformed("the text ends where a value should begin") }
        switch first {
        case UInt8(ascii: "{"): return try object(depth: depth + 1)
        case UInt8(ascii: "["): return try array(depth: depth + 1)
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try literal("true", .bool(true))
        case UInt8(ascii: "f"): return try literal("false", .bool(false))
        case UInt8(ascii: "n"): return try literal("null", .null)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
        default: throw malformed("no value begins with this character")
        }
    }

    private mutating func object(depth: Int) throws(JSONError) -> JSONValue {
        try check(depth)
        offset += 1
        var object = JSONObject()
        skipSpace()
        if take(UInt8(ascii: "}")) { return .object(object) }
        repeat {
            skipSpace()
            let start = offset
            guard peek == UInt8(ascii: "\"") else { throw malformed("a member's name should begin here") }
            let name = try string()
            guard object[name] == nil else { throw JSONError(.duplicateName, at: start, "the name \"\(name)\" comes twice") }
            skipSpace()
            guard take(UInt8(ascii: ":")) else { throw malformed("a colon should stand here") }
            object[name] = try value(depth: depth)
            skipSpace()
        } while take(UInt8(ascii: ","))
        guard take(UInt8(ascii: "}")) else { throw malformed("a comma or a closing brace should stand here") }
        return .object(object)
    }

    private mutating func array(depth: Int) throws(JSONError) -> JSONValue {
        try check(depth)
        offset += 1
        var elements: [JSONValue] = []
        skipSpace()
        if take(UInt8(ascii: "]")) { return .array(elements) }
        repeat {
            elements.append(try value(depth: depth))
            skipSpace()
        } while take(UInt8(ascii: ","))
        guard take(UInt8(ascii: "]")) else { throw malformed("a comma or a closing bracket should stand here") }
        return .array(elements)
    }

    private func check(_ depth: Int) throws(JSONError) {
        guard depth <= depthLimit else { throw JSONError(.tooDeep, at: offset, "nested more than \(depthLimit) deep") }
    }

    private mutating func literal(_ word: StaticString, _ value: JSONValue) throws(JSONError) -> JSONValue {
        let length = word.utf8CodeUnitCount
        let matches = word.withUTF8Buffer { expected in
            offset + length <= bytes.count && bytes[offset..<offset + length].elementsEqual(expected)
        }
        guard matches else { throw malformed("this is neither true, false nor null") }
        offset += length
        return value
    }

    // MARK: Numbers

    private mutating func number() throws(JSONError) -> JSONValue {
        let start = offset
        _ = take(UInt8(ascii: "-"))
        if take(UInt8(ascii: "0")) {
            if let next = peek, next.isDigit { throw malformed("a number has a needless zero in front") }
        } else {
            try digits()
        }
        var isWhole = true
        if take(UInt8(ascii: ".")) {
            isWhole = false
            try digits()
        }
        if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
            isWhole = false
            if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
            try digits()
        }
        let text = String(decoding: bytes[start..<offset], as: UTF8.self)
        if isWhole, let integer = Int64(text), integer.magnitude <= UInt64(JSONValue.maximumInteger), text != "-0" {
            return .integer(integer)
        }
        guard let double = Double(text), double.isFinite else {
            throw JSONError(.numberOutOfRange, at: start, "no double holds this number")
        }
        return JSONValue(double)
    }

    private mutating func digits() throws(JSONError) {
        guard let first = peek, first.isDigit else { throw malformed("a digit should stand here") }
        while let next = peek, next.isDigit { offset += 1 }
    }

    // MARK: Strings

    private mutating func string() throws(JSONError) -> String {
        let start = offset
        offset += 1
        var text: [UInt8] = []
        var run = offset
        while true {
            guard let byte = peek else { throw JSONError(.malformed, at: start, "a string is not closed") }
            switch byte {
            case UInt8(ascii: "\""):
                text += bytes[run..<offset]
                offset += 1
                guard let string = String(validating: text, as: UTF8.self) else {
                    throw JSONError(
                        .invalidText, at: start, "a string is not UTF-8; it looks like \(TextEncoding(likelyOf: text).rawValue)")
                }
                return string
            case UInt8(ascii: "\\"):
                text += bytes[run..<offset]
                offset += 1
                try escape(into: &text)
                run = offset
            case 0..<0x20:
                throw malformed("a control character in a string must be escaped")
            default:
                offset += 1
            }
        }
    }

    private mutating func escape(into text: inout [UInt8]) throws(JSONError) {
        guard let byte = peek else { throw malformed("an escape is cut off") }
        offset += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "u"): try text.append(contentsOf: String(unicodeEscape()).utf8)
        default:
            offset -= 1
            throw malformed("there is no such escape")
        }
    }

    private mutating func unicodeEscape() throws(JSONError) -> Character {
        let start = offset - 2
        let first = try codeUnit()
        if let scalar = Unicode.Scalar(first) { return Character(scalar) }
        guard UTF16.isLeadSurrogate(first), take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")) else {
            throw JSONError(.invalidText, at: start, "half of a surrogate pair")
        }
        let second = try codeUnit()
        guard UTF16.isTrailSurrogate(second) else { throw JSONError(.invalidText, at: start, "half of a surrogate pair") }
        return Character(UTF16.decode(UTF16.EncodedScalar([first, second])))
    }

    private mutating func codeUnit() throws(JSONError) -> UInt16 {
        var unit: UInt16 = 0
        for _ in 0..<4 {
            guard let digit = peek?.hexadecimalValue else { throw malformed("\\u takes four hexadecimal digits") }
            unit = unit << 4 | UInt16(digit)
            offset += 1
        }
        return unit
    }

    // MARK: Scanning

    private var peek: UInt8? { offset < bytes.count ? bytes[offset] : nil }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard peek == byte else { return false }
        offset += 1
        return true
    }

    private mutating func skipSpace() {
        while let byte = peek, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { offset += 1 }
    }

    private func malformed(_ message: String) -> JSONError { JSONError(.malformed, at: offset, message) }
}

extension UInt8 {
    fileprivate var isDigit: Bool { self &- UInt8(ascii: "0") < 10 }
}

extension JSONValue {
    /// A number as it counts in RFC 8785: whole ones of at most 53 bits are integers, and minus zero is zero.
    init(_ double: Double) {
        if double.magnitude <= Double(Self.maximumInteger), double == double.rounded() {
            self = .integer(Int64(double))
        } else {
            self = .number(double)
        }
    }
}
