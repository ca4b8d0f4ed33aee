/// Replaces the escape sequences of a string or bytes literal (langdef, "String and Bytes Values").
struct EscapeReader {
    struct Failure: Error {
        let message: String
        let offset: Int
    }

    private let body: ArraySlice<UInt8>
    private let isBytes: Bool
    private let edition: Edition
    private var position: Int
    private var result: [UInt8] = []

    init(body: ArraySlice<UInt8>, isBytes: Bool, edition: Edition) {
        self.body = body
        self.isBytes = isBytes
        self.edition = edition
        position = body.startIndex
    }

    /// UTF-8 for a string, octets for bytes.
    mutating func read() throws(Failure) -> [UInt8] {
        result.reserveCapacity(body.count)
        while position < body.endIndex {
            let byte = body[position]
            position += 1
            if byte == UInt8(ascii: "\\") { try escape(from: position - 1) } else { result.append(byte) }
        }
        return result
    }

    private mutating func escape(from start: Int) throws(Failure) {
        guard position < body.endIndex else { throw Failure(message: "a backslash cannot end a string", offset: start) }
        let letter = body[position]
        position += 1
        switch letter {
        case UInt8(ascii: "\\"), UInt8(ascii: "?"), UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "`"):
            result.append(letter)
        case UInt8(ascii: "a"): result.append(0x07)
        case UInt8(ascii: "b"): result.append(0x08)
        case UInt8(ascii: "f"): result.append(0x0c)
        case UInt8(ascii: "n"): result.append(0x0a)
        case UInt8(ascii: "r"): result.append(0x0d)
        case UInt8(ascii: "t"): result.append(0x09)
        case UInt8(ascii: "v"): result.append(0x0b)
        case UInt8(ascii: "x"), UInt8(ascii: "X"): try append(octet: digits(2, radix: 16, from: start), from: start)
        case UInt8(ascii: "0")...UInt8(ascii: "3"):
            position -= 1
            try append(octet: digits(3, radix: 8, from: start), from: start)
        case UInt8(ascii: "u") where !isBytes:
            try append(codePoint: codePoint(after: digits(4, radix: 16, from: start)), from: start)
        case UInt8(ascii: "U") where !isBytes: try append(codePoint: digits(8, radix: 16, from: start), from: start)
        default: throw Failure(message: "this escape sequence has no meaning", offset: start)
        }
    }

    private mutating func digits(_ width: Int, radix: Int, from start: Int) throws(Failure) -> UInt32 {
        let end = position + width
        guard end <= body.endIndex, body[position..<end].allSatisfy(isHexDigit),
            let value = UInt32(String(decoding: body[position..<end], as: UTF8.self), radix: radix)
        else {
            throw Failure(
                message: "this escape sequence needs \(width) \(radix == 8 ? "octal" : "hexadecimal") digits", offset: start)
        }
        position = end
        return value
    }

    /// In the first edition a high surrogate followed by an escaped low one was the code point that the pair stands for. Half
    /// of a pair is no code point that an escape may name (langdef, "String and Bytes Values").
    private mutating func codePoint(after unit: UInt32) throws(Failure) -> UInt32 {
        guard edition == .first, (0xd800..<0xdc00).contains(unit), body[position...].starts(with: "\\u".utf8) else {
            return unit
        }
        let start = position
        position += 2
        let low = try digits(4, radix: 16, from: start)
        guard (0xdc00..<0xe000).contains(low) else {
            throw Failure(message: "half of a surrogate pair is not a character", offset: start)
        }
        return 0x10000 + (unit - 0xd800) << 10 + (low - 0xdc00)
    }

    private mutating func append(octet: UInt32, from start: Int) throws(Failure) {
        if isBytes { result.append(UInt8(truncatingIfNeeded: octet)) } else { try append(codePoint: octet, from: start) }
    }

    private mutating func append(codePoint: UInt32, from start: Int) throws(Failure) {
        guard let scalar = UnicodeScalar(codePoint) else {
            let isHalf = (0xd800..<0xe000).contains(codePoint)
            throw Failure(
                message: isHalf
                    ? "half of a surrogate pair is not a character; write the character itself, or \\\\U and its eight digits"
                    : "this escape sequence names no character", offset: start)
        }
        result.append(contentsOf: UTF8.encode(scalar).map(Array.init) ?? [])
    }
}
