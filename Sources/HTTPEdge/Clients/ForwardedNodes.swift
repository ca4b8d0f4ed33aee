/// Whom proxies say that they had a request from, the nearest first.
///
/// A node without an address is one that hides it (`unknown`, `_hidden`; RFC 7239, section 6) or that cannot be read. What is
/// behind such a node is not looked at.
enum ForwardedNodes {
    /// Of the lines of `Forwarded` (RFC 7239, section 4), in the order in which they came.
    static func forwarded(_ lines: [String]) -> [IPAddress?] {
        lines.reversed().flatMap { line -> [IPAddress?] in
            // Where a list cannot be read, it is not known where its last element begins.
            guard let elements = ForwardedParser.elements(line) else { return [nil] }
            return elements.reversed().map { $0.flatMap(address) }
        }
    }

    /// Of the lines of `X-Forwarded-For`: addresses with commas between them.
    static func xForwardedFor(_ lines: [String]) -> [IPAddress?] {
        lines.reversed().flatMap { line in
            line.split(separator: ",", omittingEmptySubsequences: true).reversed().compactMap { part -> IPAddress?? in
                let text = part.trimming(" \t")
                return text.isEmpty ? nil : .some(address(text))
            }
        }
    }

    /// The address of a node: `192.0.2.1`, `192.0.2.1:4711`, `[2001:db8::1]`, `[2001:db8::1]:4711`, and without brackets too,
    /// as some write it. A port may be hidden (`_p`). Nil for anything else.
    static func address(_ node: String) -> IPAddress? {
        if node.hasPrefix("[") {
            guard let end = node.firstIndex(of: "]"), isPort(node[node.index(after: end)...]) else { return nil }
            let text = String(node[node.index(after: node.startIndex)..<end])
            // Brackets are for IPv6 alone.
            return text.contains(":") ? IPAddress(text) : nil
        }
        guard let colon = node.firstIndex(of: ":"), colon == node.lastIndex(of: ":") else { return IPAddress(node) }
        return isPort(node[colon...]) ? IPAddress(String(node[..<colon])) : nil
    }

    /// Nothing, or a colon with one to five digits, or with a hidden port.
    private static func isPort(_ text: Substring) -> Bool {
        if text.isEmpty { return true }
        guard text.first == ":" else { return false }
        let port = text.dropFirst().utf8
        if port.first == UInt8(ascii: "_") {
            return port.count > 1
                && port.dropFirst().allSatisfy { byte in
                    switch byte {
                    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
                        true
                    default: false
                    }
                }
        }
        return (1...5).contains(port.count) && port.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }
}

/// Reads one line of `Forwarded`: elements with commas between them, each of them pairs with semicolons between them, each of
/// those a token, `=` and a token or a quoted string.
private struct ForwardedParser {
    private let bytes: [UInt8]
    private var offset = 0

    private init(_ line: String) { bytes = Array(line.utf8) }

    /// What `for` says in each element; nil in one that says nothing of it. Nil as a whole where the line has another form.
    static func elements(_ line: String) -> [String?]? {
        var parser = ForwardedParser(line)
        return parser.list()
    }

    private mutating func list() -> [String?]? {
        var elements: [String?] = []
        while true {
            skipSpace()
            if isAtEnd { return elements }
            // An empty element says nothing (RFC 9110, section 5.6.1.2).
            if take(UInt8(ascii: ",")) { continue }
            var node: String?
            guard element(&node) else { return nil }
            elements.append(node)
            skipSpace()
            guard isAtEnd || take(UInt8(ascii: ",")) else { return nil }
        }
    }

    /// False where it has another form.
    private mutating func element(_ node: inout String?) -> Bool {
        var names: Set<String> = []
        repeat {
            // Some write spaces here.
            skipSpace()
            // A pair may be missing (RFC 7239, section 4).
            if isAtEnd || peek == UInt8(ascii: ";") || peek == UInt8(ascii: ",") { continue }
            guard let name = token()?.lowercased(), take(UInt8(ascii: "=")), let value = value(), names.insert(name).inserted
            else { return false }
            if name == "for" { node = value }
            skipSpace()
        } while take(UInt8(ascii: ";"))
        return true
    }

    private mutating func value() -> String? { peek == UInt8(ascii: "\"") ? quoted() : token() }

    private mutating func token() -> String? {
        let start = offset
        while let byte = peek, Self.isTokenByte(byte) { offset += 1 }
        return offset > start ? String(decoding: bytes[start..<offset], as: UTF8.self) : nil
    }

    /// RFC 9110, section 5.6.4.
    private mutating func quoted() -> String? {
        offset += 1
        var text: [UInt8] = []
        while let byte = peek {
            offset += 1
            switch byte {
            case UInt8(ascii: "\""): return String(decoding: text, as: UTF8.self)
            case UInt8(ascii: "\\"):
                guard let escaped = peek else { return nil }
                offset += 1
                text.append(escaped)
            default: text.append(byte)
            }
        }
        return nil
    }

    private var peek: UInt8? { offset < bytes.count ? bytes[offset] : nil }
    private var isAtEnd: Bool { offset >= bytes.count }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard peek == byte else { return false }
        offset += 1
        return true
    }

    private mutating func skipSpace() {
        while let byte = peek, byte == 0x20 || byte == 0x09 { offset += 1 }
    }

    private static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }
}
