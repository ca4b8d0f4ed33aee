/// Cuts the text into tokens, one at a time (langdef, "Syntax").
struct Lexer {
    let source: SourceText
    private let bytes: [UInt8]
    private let edition: Edition
    private var position = 0

    init(_ source: SourceText, edition: Edition) {
        self.source = source
        self.edition = edition
        bytes = source.bytes
    }

    mutating func next() throws(CELError) -> Token {
        skipBlanks()
        let start = position
        guard let byte = peek() else { return Token(kind: .end, range: start..<start) }
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "'"):
            return try stringToken(from: start, isRaw: false, isBytes: false)
        case UInt8(ascii: "0")...UInt8(ascii: "9"):
            return try number(from: start)
        case UInt8(ascii: ".") where peek(1).map(isDigit) == true:
            return try number(from: start)
        case UInt8(ascii: "`"):
            return try quotedIdentifier(from: start)
        case _ where isIdentifierStart(byte):
            return try word(from: start)
        default:
            return try symbol(from: start)
        }
    }

    private func peek(_ ahead: Int = 0) -> UInt8? {
        position + ahead < bytes.count ? bytes[position + ahead] : nil
    }

    private func failure(_ message: String, suggestion: String? = nil, at offset: Int) -> CELError {
        CELError([Diagnostic(.syntax, message, suggestion: suggestion, at: offset, in: source)])
    }

    private mutating func skipBlanks() {
        while let byte = peek() {
            switch byte {
            case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\n"), UInt8(ascii: "\r"), 0x0c:
                position += 1
            case UInt8(ascii: "/") where peek(1) == UInt8(ascii: "/"):
                while let byte = peek(), byte != UInt8(ascii: "\n") { position += 1 }
            default:
                return
            }
        }
    }

    private mutating func takeWhile(_ isIncluded: (UInt8) -> Bool) {
        while let byte = peek(), isIncluded(byte) { position += 1 }
    }

    // MARK: Names

    private mutating func word(from start: Int) throws(CELError) -> Token {
        takeWhile { isIdentifierStart($0) || isDigit($0) }
        if let quote = peek(), quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") {
            switch String(decoding: bytes[start..<position], as: UTF8.self).lowercased() {
            case "r": return try stringToken(from: start, isRaw: true, isBytes: false)
            case "b": return try stringToken(from: start, isRaw: false, isBytes: true)
            case "br": return try stringToken(from: start, isRaw: true, isBytes: true)
            default: break
            }
        }
        return Token(kind: .identifier(String(decoding: bytes[start..<position], as: UTF8.self)), range: start..<position)
    }

    private mutating func quotedIdentifier(from start: Int) throws(CELError) -> Token {
        position += 1
        takeWhile {
            isIdentifierStart($0) || isDigit($0)
                || [UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "/"), UInt8(ascii: " ")].contains($0)
        }
        let name = String(decoding: bytes[start + 1..<position], as: UTF8.self)
        guard peek() == UInt8(ascii: "`"), !name.isEmpty else {
            throw failure("a quoted name holds letters, digits, '_', '.', '-', '/' and blanks, and ends with '`'", at: position)
        }
        position += 1
        return Token(kind: .quotedIdentifier(name), range: start..<position)
    }

    // MARK: Numbers

    private mutating func number(from start: Int) throws(CELError) -> Token {
        if peek() == UInt8(ascii: "0"), peek(1).map({ $0 | 0x20 }) == UInt8(ascii: "x") {
            position += 2
            let digits = position
            takeWhile { isHexDigit($0) }
            guard position > digits else { throw failure("a hexadecimal number needs a digit after '0x'", at: position) }
            return try integerToken(from: start, digits: digits..<position, radix: 16)
        }
        takeWhile(isDigit)
        var isDouble = false
        if peek() == UInt8(ascii: "."), peek(1).map(isDigit) == true {
            isDouble = true
            position += 1
            takeWhile(isDigit)
        }
        if peek().map({ $0 | 0x20 }) == UInt8(ascii: "e") {
            let signWidth = peek(1) == UInt8(ascii: "+") || peek(1) == UInt8(ascii: "-") ? 1 : 0
            if peek(1 + signWidth).map(isDigit) == true {
                isDouble = true
                position += 1 + signWidth
                takeWhile(isDigit)
            }
        }
        guard isDouble else { return try integerToken(from: start, digits: start..<position, radix: 10) }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        guard let value = Double(text.hasPrefix(".") ? "0" + text : text) else {
            throw failure("'\(text)' is not a number", at: start)
        }
        try refuseLetter(after: start)
        return Token(kind: .double(value), range: start..<position)
    }

    private mutating func integerToken(from start: Int, digits: Range<Int>, radix: Int) throws(CELError) -> Token {
        let text = String(decoding: bytes[digits], as: UTF8.self)
        let isUnsigned = peek().map { $0 | 0x20 } == UInt8(ascii: "u")
        if isUnsigned { position += 1 }
        try refuseLetter(after: start)
        guard let value = UInt64(text, radix: radix) else {
            throw failure("the number \(text) does not fit in 64 bits", at: start)
        }
        return Token(kind: isUnsigned ? .uint(value) : .int(value), range: start..<position)
    }

    private func refuseLetter(after start: Int) throws(CELError) {
        guard let byte = peek(), isIdentifierStart(byte) else { return }
        let number = source.text(in: start..<position)
        let letters = bytes[position...].prefix { isIdentifierStart($0) }
        throw failure(
            "a letter cannot follow a number directly",
            suggestion: SyntaxAdvice.span(of: number, unit: String(decoding: letters, as: UTF8.self)), at: position)
    }

    // MARK: Strings

    private mutating func stringToken(from start: Int, isRaw: Bool, isBytes: Bool) throws(CELError) -> Token {
        let quote = bytes[position]
        let isTriple = peek(1) == quote && peek(2) == quote
        let width = isTriple ? 3 : 1
        position += width
        let content = position
        while true {
            guard let byte = peek() else { throw failure("the string that begins here has no end", at: start) }
            if byte == quote, !isTriple || (peek(1) == quote && peek(2) == quote) { break }
            if !isTriple, byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") {
                throw failure("a string ends on its own line unless it stands in three quote marks", at: start)
            }
            // An escaped quote does not end the string; in a raw one nothing is escaped (langdef, "String and Bytes Values").
            let isEscape = byte == UInt8(ascii: "\\") && (!isRaw || edition == .first)
            position += isEscape && position + 1 < bytes.count ? 2 : 1
        }
        let body = bytes[content..<position]
        position += width
        let range = start..<position
        if isRaw {
            return Token(kind: isBytes ? .bytes(Array(body)) : .string(String(decoding: body, as: UTF8.self)), range: range)
        }
        var unescaper = EscapeReader(body: body, isBytes: isBytes, edition: edition)
        do {
            let result = try unescaper.read()
            return Token(kind: isBytes ? .bytes(result) : .string(String(decoding: result, as: UTF8.self)), range: range)
        } catch {
            throw failure(error.message, at: error.offset)
        }
    }

    // MARK: Symbols

    private mutating func symbol(from start: Int) throws(CELError) -> Token {
        for width in [2, 1] where position + width <= bytes.count {
            let text = String(decoding: bytes[position..<position + width], as: UTF8.self)
            if let symbol = Token.Symbol(rawValue: text) {
                position += width
                return Token(kind: .symbol(symbol), range: start..<position)
            }
        }
        let rest = source.text(in: start..<bytes.count).unicodeScalars
        guard let character = rest.first else { throw failure("the text cannot be read here", at: start) }
        throw failure(
            "the character \(character.inWords) has no meaning here",
            suggestion: SyntaxAdvice.character(character, after: source.text(in: 0..<start), before: rest.dropFirst().first),
            at: start)
    }
}

func isHexDigit(_ byte: UInt8) -> Bool {
    isDigit(byte) || (byte | 0x20 >= UInt8(ascii: "a") && byte | 0x20 <= UInt8(ascii: "f"))
}

private func isIdentifierStart(_ byte: UInt8) -> Bool {
    (byte | 0x20 >= UInt8(ascii: "a") && byte | 0x20 <= UInt8(ascii: "z")) || byte == UInt8(ascii: "_")
}
