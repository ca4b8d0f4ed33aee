import Canonical
import TestSupport
import Testing

@Suite("The JSON parser")
struct JSONParserTests {
    struct Refusal: CustomTestStringConvertible, Sendable {
        let text: [UInt8]
        let code: JSONError.Code
        let offset: Int
        var testDescription: String { String(decoding: text, as: UTF8.self) }

        init(_ text: String, _ code: JSONError.Code, at offset: Int) {
            self.init(Array(text.utf8), code, at: offset)
        }

        init(_ text: [UInt8], _ code: JSONError.Code, at offset: Int) {
            (self.text, self.code, self.offset) = (text, code, offset)
        }
    }

    private static let refusals: [Refusal] = [
        // Not JSON.
        Refusal("", .malformed, at: 0), Refusal("  ", .malformed, at: 2), Refusal("nul", .malformed, at: 0),
        Refusal("truee", .malformed, at: 4), Refusal("True", .malformed, at: 0), Refusal("NaN", .malformed, at: 0),
        Refusal("[1,]", .malformed, at: 3), Refusal("[1 2]", .malformed, at: 3), Refusal("[", .malformed, at: 1),
        Refusal("{", .malformed, at: 1), Refusal(#"{"a"}"#, .malformed, at: 4),
        Refusal(#"{"a":1,}"#, .malformed, at: 7),
        Refusal("{a:1}", .malformed, at: 1), Refusal(#"{"a":1 "b":2}"#, .malformed, at: 7),
        Refusal("\u{FEFF}1", .malformed, at: 0),
        Refusal("// no\n1", .malformed, at: 0), Refusal("'a'", .malformed, at: 0),
        // Something behind the value.
        Refusal("1 2", .malformed, at: 2), Refusal("{}]", .malformed, at: 2), Refusal("null\u{0}", .malformed, at: 4),
        // Numbers.
        Refusal("01", .malformed, at: 1), Refusal("-", .malformed, at: 1), Refusal("-01", .malformed, at: 2),
        Refusal("+1", .malformed, at: 0), Refusal("1.", .malformed, at: 2), Refusal(".5", .malformed, at: 0),
        Refusal("1e", .malformed, at: 2), Refusal("1e+", .malformed, at: 3), Refusal("0x1", .malformed, at: 1),
        Refusal("1e400", .numberOutOfRange, at: 0), Refusal("[-1e999]", .numberOutOfRange, at: 1),
        // Names.
        Refusal(#"{"a":1,"a":2}"#, .duplicateName, at: 7), Refusal(#"{"a":null,"a":null}"#, .duplicateName, at: 10),
        Refusal(#"{"a":1,"\u0061":2}"#, .duplicateName, at: 7),
        Refusal(#"[{"x":{"":1,"":2}}]"#, .duplicateName, at: 12),
        // Texts.
        Refusal("\"abc", .malformed, at: 0), Refusal(#""abc\"#, .malformed, at: 5),
        Refusal(#""\x""#, .malformed, at: 2),
        Refusal("\"a\nb\"", .malformed, at: 2), Refusal(#""\u12g4""#, .malformed, at: 5),
        Refusal(#""\u12"#, .malformed, at: 5),
        Refusal(#""\uD800""#, .invalidText, at: 1), Refusal(#""a\uDC00""#, .invalidText, at: 2),
        Refusal(#""\uD800\n""#, .invalidText, at: 1), Refusal(#""\uD800\uD800""#, .invalidText, at: 1),
        Refusal([0x22, 0xFF, 0x22], .invalidText, at: 0), Refusal([0x22, 0xC0, 0x80, 0x22], .invalidText, at: 0),
        Refusal([0x22, 0xED, 0xA0, 0x80, 0x22], .invalidText, at: 0),
        Refusal([0x5B, 0x22, 0xE2, 0x82, 0x22, 0x5D], .invalidText, at: 1),
        Refusal([0xFF], .malformed, at: 0),
        // Other encodings.
        Refusal([0xFF, 0xFE, 0x7B, 0x00, 0x7D, 0x00], .invalidText, at: 0),
        Refusal([0x7B, 0x00, 0x22, 0x00], .invalidText, at: 0),
        Refusal([0x00, 0x7B, 0x00, 0x22], .invalidText, at: 0),
    ]

    @Test("refuses what is no JSON or has two readings, with the place", arguments: refusals)
    func refuses(refusal: Refusal) {
        let error = #expect(throws: JSONError.self) { try JSONValue(parsing: refusal.text) }
        #expect(error?.code == refusal.code)
        #expect(error?.offset == refusal.offset)
    }

    @Test("keeps to the limit of depth")
    func depth() throws {
        let limits = JSONLimits(depth: 3)
        #expect(try JSONValue(parsing: "[[[1]]]", limits: limits) == [[[1]]])
        let error = #expect(throws: JSONError.self) { try JSONValue(parsing: #"[{"a":[[]]}]"#, limits: limits) }
        #expect(error?.code == .tooDeep)
        #expect(error?.offset == 7)
        #expect(throws: JSONError.self) {
            try JSONValue(parsing: [UInt8](repeating: UInt8(ascii: "["), count: 1_000_000))
        }
    }

    @Test("keeps to the limit of size")
    func size() throws {
        let limits = JSONLimits(size: 4)
        #expect(try JSONValue(parsing: "1234", limits: limits) == 1234)
        let error = #expect(throws: JSONError.self) { try JSONValue(parsing: "12345", limits: limits) }
        #expect(error?.code == .tooLarge)
        #expect(error?.offset == 4)
    }

    @Test("takes names that only look alike for different ones, as RFC 8785 does")
    func namesByBytes() throws {
        let text = "{\"e\u{301}\":1,\"\u{E9}\":2}"
        let value = try JSONValue(parsing: text)
        #expect(value.objectValue?.count == 2)
        #expect(value["\u{E9}"] == 2)
        #expect(value["e\u{301}"] == 1)
        #expect(value.canonicalBytes() == text.bytes)
        #expect(JSONValue.string("\u{E9}") != .string("e\u{301}"))
    }

    @Test("never quotes a value in an error: it may be personal data")
    func errorsWithoutValues() {
        let error = #expect(throws: JSONError.self) { try JSONValue(parsing: #"{"document":123456789e999}"#) }
        #expect(error?.description.contains("123456789") == false)
    }

    @Test("reads or refuses any bytes, and traps at none")
    func anyBytes() {
        var random = SeededGenerator()
        for _ in 0..<5_000 {
            let bytes = random.mutated(random.json().canonicalBytes())
            guard let value = try? JSONValue(parsing: bytes) else { continue }
            #expect((try? JSONValue(parsing: value.canonicalBytes())) == value, "seed \(random.seed)")
        }
    }
}

extension SeededGenerator {
    /// The text with some bytes changed, cut off, doubled or put in.
    mutating func mutated(_ text: [UInt8]) -> [UInt8] {
        var bytes = text
        for _ in 0...below(3) {
            switch below(5) {
            case 0 where !bytes.isEmpty: bytes[below(bytes.count)] = UInt8(truncatingIfNeeded: next())
            case 1 where !bytes.isEmpty: bytes.removeLast(below(bytes.count + 1))
            case 2: bytes.insert(pick(Array(#"{}[]",:\ntf-0e."#.utf8)), at: below(bytes.count + 1))
            case 3 where !bytes.isEmpty: bytes.remove(at: below(bytes.count))
            default: bytes.append(pick(Array("\"\\n{[,1".utf8)))
            }
        }
        return bytes
    }
}
