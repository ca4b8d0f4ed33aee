import Foundation

/// Walks canonical JSON without building values, for what is read a million times: members in the order they stand, values
/// that are not asked for skipped in one pass.
///
/// The bytes must outlive the reader. It takes only what a canonical text can contain (no white space), and checks no more
/// than it needs to: what is read was written by `CanonicalJSONWriter` and is covered by a hash.
package struct CanonicalJSONReader {
    private let bytes: UnsafeRawBufferPointer
    private var offset: Int

    package init(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
        offset = 0
    }

    /// A member's name, compared without making a `String`.
    package struct Name {
        /// As it stands in the text, between the quotes.
        package let bytes: UnsafeRawBufferPointer

        /// Where the name stands in the text that is being read.
        package func range(in text: UnsafeRawBufferPointer) -> Range<Int> {
            guard let start = text.baseAddress, let here = bytes.baseAddress else { return 0..<0 }
            return start.distance(to: here)..<start.distance(to: here) + bytes.count
        }

        /// Whether this is the name. Written so that a `switch` over literals works.
        package static func ~= (expected: StaticString, name: Name) -> Bool {
            name.bytes.isText(expected)
        }
    }

    /// Reads an object: `member` is called at each member and must read or skip its value.
    package mutating func object(
        _ member: (Name, inout CanonicalJSONReader) throws(JSONError) -> Void
    ) throws(JSONError) {
        try expect(UInt8(ascii: "{"))
        if take(UInt8(ascii: "}")) { return }
        repeat {
            let name = Name(bytes: try rawString().content)
            try expect(UInt8(ascii: ":"))
            try member(name, &self)
        } while take(UInt8(ascii: ","))
        try expect(UInt8(ascii: "}"))
    }

    /// Reads an array: `element` is called at each element and must read or skip it.
    package mutating func array(_ element: (inout CanonicalJSONReader) throws(JSONError) -> Void) throws(JSONError) {
        try expect(UInt8(ascii: "["))
        if take(UInt8(ascii: "]")) { return }
        repeat { try element(&self) } while take(UInt8(ascii: ","))
        try expect(UInt8(ascii: "]"))
    }

    package mutating func string() throws(JSONError) -> String {
        let start = offset
        let (content, hasEscapes) = try rawString()
        if !hasEscapes {
            // Most are, and what checks UTF-8 is not specialised.
            if content.isASCII { return String(decoding: content, as: UTF8.self) }
            guard let text = String(validating: content, as: UTF8.self) else {
                throw JSONError(.invalidText, at: start, "a string is not UTF-8")
            }
            return text
        }
        let quoted = [UInt8(ascii: "\"")] + content + [UInt8(ascii: "\"")]
        guard case .string(let text) = try JSONValue(parsing: quoted) else { throw malformed("no string") }
        return text
    }

    package mutating func strings() throws(JSONError) -> [String] {
        var strings: [String] = []
        try array { reader throws(JSONError) in strings.append(try reader.string()) }
        return strings
    }

    package mutating func integer() throws(JSONError) -> Int64 {
        let isNegative = take(UInt8(ascii: "-"))
        var value: Int64 = 0
        let start = offset
        while offset < bytes.count, case let digit = bytes[offset] &- UInt8(ascii: "0"), digit < 10 {
            let (product, overflow) = value.multipliedReportingOverflow(by: 10)
            guard !overflow, product <= Int64.max - 9 else { throw malformed("an integer is too large") }
            value = product + Int64(digit)
            offset += 1
        }
        guard offset > start, isAtDelimiter else { throw malformed("an integer should stand here") }
        return isNegative ? -value : value
    }

    package mutating func bool() throws(JSONError) -> Bool {
        if take("true") { return true }
        guard take("false") else { throw malformed("true or false should stand here") }
        return false
    }

    package mutating func timestamp() throws(JSONError) -> Timestamp {
        guard let moment = Timestamp(recorded: try rawString().content) else { throw malformed("no timestamp") }
        return moment
    }

    /// Nil for a string that is no UUID.
    package mutating func uuid() throws(JSONError) -> UUID? { UUID(utf8: try rawString().content) }

    /// Skips null and says so; reads nothing else.
    package mutating func takeNull() -> Bool { take("null") }

    /// Skips the next value and says where it stood.
    package mutating func skipped() throws(JSONError) -> Range<Int> {
        let start = offset
        try skip()
        return start..<offset
    }

    /// Skips the next value and lends its bytes, which are valid for as long as the text.
    package mutating func lent() throws(JSONError) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: bytes[try skipped()])
    }

    /// What has not been read yet.
    package func remaining() -> UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: bytes[offset...]) }

    /// The bytes of the next value as they stand.
    package mutating func raw() throws(JSONError) -> [UInt8] {
        Array(try lent())
    }

    /// Skips the next value, whatever it is.
    package mutating func skip() throws(JSONError) {
        var depth = 0
        repeat {
            guard offset < bytes.count else { throw malformed("the text ends within a value") }
            switch bytes[offset] {
            case UInt8(ascii: "\""):
                _ = try rawString()
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                depth += 1
                offset += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                depth -= 1
                offset += 1
            case UInt8(ascii: ","), UInt8(ascii: ":"):
                guard depth > 0 else { throw malformed("a value should stand here") }
                offset += 1
            default:
                scalar()
            }
        } while depth > 0
        guard depth == 0 else { throw malformed("brackets do not match") }
    }

    package var isAtEnd: Bool { offset == bytes.count }

    private mutating func scalar() {
        while !isAtDelimiter { offset += 1 }
    }

    /// Whether a number or word ends here.
    private var isAtDelimiter: Bool {
        guard offset < bytes.count else { return true }
        return switch bytes[offset] {
        case UInt8(ascii: ","), UInt8(ascii: "}"), UInt8(ascii: "]"): true
        default: false
        }
    }

    private mutating func rawString() throws(JSONError) -> (content: UnsafeRawBufferPointer, hasEscapes: Bool) {
        try expect(UInt8(ascii: "\""))
        let start = offset
        var hasEscapes = false
        while true {
            offset = bytes.firstQuoteOrBackslash(from: offset)
            guard offset < bytes.count else { throw malformed("a string is not closed") }
            if bytes[offset] == UInt8(ascii: "\"") {
                let content = UnsafeRawBufferPointer(rebasing: bytes[start..<offset])
                offset += 1
                return (content, hasEscapes)
            }
            guard offset + 1 < bytes.count else { throw malformed("an escape is cut off") }
            hasEscapes = true
            offset += 2
        }
    }

    @inline(__always)
    private mutating func take(_ byte: UInt8) -> Bool {
        guard offset < bytes.count, bytes[offset] == byte else { return false }
        offset += 1
        return true
    }

    private mutating func take(_ word: StaticString) -> Bool {
        let end = offset + word.utf8CodeUnitCount
        guard end <= bytes.count, UnsafeRawBufferPointer(rebasing: bytes[offset..<end]).isText(word) else {
            return false
        }
        offset = end
        return true
    }

    @inline(__always)
    private mutating func expect(_ byte: UInt8) throws(JSONError) {
        guard take(byte) else { throw missing(byte) }
    }

    /// Apart from `expect`, which is to stay short enough to be part of its callers.
    @inline(never)
    private func missing(_ byte: UInt8) -> JSONError {
        malformed("\(Character(Unicode.Scalar(byte))) should stand here")
    }

    private func malformed(_ message: String) -> JSONError { JSONError(.malformed, at: offset, message) }
}
