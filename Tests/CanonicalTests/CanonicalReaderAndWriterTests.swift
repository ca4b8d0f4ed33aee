import Canonical
import TestSupport
import Testing

@Suite("The reader and the writer of canonical JSON")
struct CanonicalReaderAndWriterTests {
    @Test("agree with values on random ones")
    func agree() throws {
        var random = SeededGenerator()
        for _ in 0..<2_000 {
            let value = random.json()
            var writer = CanonicalJSONWriter()
            write(value, to: &writer)
            #expect(writer.bytes == value.canonicalBytes(), "seed \(random.seed)")
            try value.canonicalBytes().withUnsafeBytes { bytes in
                var reader = CanonicalJSONReader(bytes)
                let read = try readValue(&reader)
                #expect(read == withoutFractions(value), "seed \(random.seed)")
                #expect(reader.isAtEnd, "seed \(random.seed)")
                var skipping = CanonicalJSONReader(bytes)
                let skipped = try skipping.skipped()
                #expect(skipped == 0..<bytes.count, "seed \(random.seed)")
            }
        }
    }

    @Test("writer puts members, their values and nested ones where they belong")
    func members() {
        var writer = CanonicalJSONWriter()
        writer.object { writer in
            writer.member("a", "x\n")
            writer.member("b", -12)
            writer.member("c", true)
            writer.member("d", Timestamp(microseconds: 0))
            writer.member("e", ["1", "2"])
            writer.member("f", object: { $0.member("g", array: { $0.null() }) })
            writer.member("h", array: { _ in })
            writer.name("i")
            writer.value(canonical: Array("[{}]".utf8))
        }
        #expect(
            String(decoding: writer.bytes, as: UTF8.self)
                == #"{"a":"x\n","b":-12,"c":true,"d":"1970-01-01T00:00:00.000000Z","e":["1","2"],"f":{"g":[null]},"h":[],"i":[{}]}"#
        )
    }

    @Test("reader finds members by name and passes over the rest")
    func byName() throws {
        let text = #"{"a":{"x":[1,"}"]},"b":"é\"","c":-7,"d":false,"e":null,"f":"2026-11-24T03:43:42.123456Z"}"#
        try Array(text.utf8).withUnsafeBytes { bytes in
            var reader = CanonicalJSONReader(bytes)
            var (b, c, d, e, f) = ("", Int64(0), true, false, Timestamp.earliest)
            try reader.object { name, reader throws(JSONError) in
                switch name {
                case "b": b = try reader.string()
                case "c": c = try reader.integer()
                case "d": d = try reader.bool()
                case "e": e = reader.takeNull()
                case "f": f = try reader.timestamp()
                default:
                    let raw = try reader.raw()
                    #expect(raw == #"{"x":[1,"}"]}"#.bytes)
                }
            }
            #expect(b == "é\"" && c == -7 && !d && e && f.description == "2026-11-24T03:43:42.123456Z")
            #expect(reader.isAtEnd && reader.remaining().isEmpty)
        }
    }

    @Test(
        "reader refuses a text that is cut off or is something else",
        arguments: [
            #""abc\"#, #""abc"#, #"""#, "{", #"{"a"#, #"{"a":"#, #"{"a":1"#, "[", "[1", "[1,", "tru", "nul", "-", "",
            ",", ":", "]", "}",
        ])
    func malformed(text: String) {
        Array(text.utf8).withUnsafeBytes { bytes in
            var value = CanonicalJSONReader(bytes)
            #expect(throws: JSONError.self) { try readValue(&value) }
            #expect(value.remaining().count <= bytes.count)
            var integer = CanonicalJSONReader(bytes)
            var string = integer
            var bool = integer
            var null = integer
            var moment = integer
            #expect(throws: JSONError.self) { try integer.integer() }
            #expect(throws: JSONError.self) { try string.string() }
            #expect(throws: JSONError.self) { try bool.bool() }
            #expect(throws: JSONError.self) { try moment.timestamp() }
            let isNull = null.takeNull()
            #expect(!isNull)
        }
    }

    @Test(
        "reader takes no part of a number or word for the whole",
        arguments: ["1.5", "1e3", "12x", "99999999999999999999", "truth", "\"t\"", "nope"])
    func wholeScalars(text: String) {
        Array(text.utf8).withUnsafeBytes { bytes in
            var integer = CanonicalJSONReader(bytes)
            var bool = integer
            var null = integer
            #expect(throws: JSONError.self) { try integer.integer() }
            if text != "truth" { #expect(throws: JSONError.self) { try bool.bool() } }
            let isNull = null.takeNull()
            #expect(!isNull)
        }
    }

    @Test("reader finds the end of a string of any length among bytes that resemble a quote or a backslash")
    func endOfString() throws {
        var random = SeededGenerator()
        // One bit away from them, and one more than they.
        let alike: [UInt8] = [
            0x20, 0x21, 0x23, 0x26, 0x2A, 0x32, 0x62, 0x5B, 0x5D, 0x5E, 0x58, 0x54, 0x4C, 0x7C, 0x01, 0x7F,
        ]
        for length in 0..<80 {
            let content = (0..<length).map { _ in alike[random.below(alike.count)] }
            for escape in [[], Array(#"\""#.utf8), Array(#"\\"#.utf8)] {
                let place = random.below(length + 1)
                let text = content[..<place] + escape + content[place...]
                let quoted = [UInt8(ascii: "\"")] + text + [UInt8(ascii: "\"")]
                try (quoted + Array(#","next""#.utf8)).withUnsafeBytes { bytes in
                    var reader = CanonicalJSONReader(bytes)
                    let read = try reader.raw()
                    #expect(read == quoted, "seed \(random.seed)")
                }
                quoted.dropLast().withUnsafeBytes { bytes in
                    var reader = CanonicalJSONReader(bytes)
                    #expect(throws: JSONError.self, "seed \(random.seed)") { try reader.skip() }
                }
            }
        }
    }

    @Test("reader reads UTF-8 wherever it stands in a string")
    func beyondASCII() throws {
        for place in 0..<20 {
            let text = String(repeating: "a", count: place) + "é" + String(repeating: "b", count: 19 - place)
            try Array("\"\(text)\"".utf8).withUnsafeBytes { bytes in
                var reader = CanonicalJSONReader(bytes)
                let read = try reader.string()
                #expect(read == text)
            }
            let broken =
                [UInt8(ascii: "\"")] + text.utf8.map { $0 == 0xA9 ? UInt8(ascii: "c") : $0 } + [UInt8(ascii: "\"")]
            broken.withUnsafeBytes { bytes in
                var reader = CanonicalJSONReader(bytes)
                #expect(throws: JSONError.self) { try reader.string() }
            }
        }
    }

    @Test("reader refuses a text that is not UTF-8 instead of mending it")
    func notUTF8() {
        [UInt8]([0x22, 0xC3, 0x22]).withUnsafeBytes { bytes in
            var reader = CanonicalJSONReader(bytes)
            let error = #expect(throws: JSONError.self) { try reader.string() }
            #expect(error?.code == .invalidText)
        }
    }

    @Test("reader reads or refuses any bytes, and traps at none")
    func anyBytes() {
        var random = SeededGenerator()
        for _ in 0..<20_000 {
            let text = random.mutated(random.json(depth: 3).canonicalBytes())
            text.withUnsafeBytes { bytes in
                var reader = CanonicalJSONReader(bytes)
                var skipping = reader
                var integer = reader
                var moment = reader
                let offsets = [
                    offset { () throws(JSONError) in _ = try readValue(&reader) },
                    offset { () throws(JSONError) in _ = try skipping.raw() },
                    offset { () throws(JSONError) in _ = try integer.integer() },
                    offset { () throws(JSONError) in _ = try moment.timestamp() },
                ]
                #expect(offsets.allSatisfy { $0 <= bytes.count }, "seed \(random.seed)")
                for reader in [reader, skipping, integer, moment] {
                    #expect(reader.remaining().count <= bytes.count, "seed \(random.seed)")
                }
            }
        }
    }
}

/// Where the reading failed; 0 where it did not.
private func offset(_ read: () throws(JSONError) -> Void) -> Int {
    do {
        try read()
        return 0
    } catch {
        return error.offset
    }
}

/// Writes any value with the writer; members are sorted and put in as ready-made JSON, since their names are not static.
private func write(_ value: JSONValue, to writer: inout CanonicalJSONWriter) {
    switch value {
    case .null: writer.null()
    case .bool(let flag): writer.value(flag)
    case .integer(let integer): writer.value(integer)
    case .number, .object: writer.value(canonical: value.canonicalBytes())
    case .string(let text): writer.value(text)
    case .array(let elements): writer.array { writer in for element in elements { write(element, to: &writer) } }
    }
}

/// Reads whatever stands next, numbers with decimals as null.
private func readValue(_ reader: inout CanonicalJSONReader) throws(JSONError) -> JSONValue {
    switch reader.remaining().first {
    case UInt8(ascii: "{"):
        var object = JSONObject()
        let text = reader.remaining()
        try reader.object { name, reader throws(JSONError) in
            let name = try JSONValue(parsing: [UInt8(ascii: "\"")] + text[name.range(in: text)] + [UInt8(ascii: "\"")])
            object[name.stringValue ?? ""] = try readValue(&reader)
        }
        return .object(object)
    case UInt8(ascii: "["):
        var elements: [JSONValue] = []
        try reader.array { reader throws(JSONError) in elements.append(try readValue(&reader)) }
        return .array(elements)
    case UInt8(ascii: "\""): return .string(try reader.string())
    case UInt8(ascii: "t"), UInt8(ascii: "f"): return .bool(try reader.bool())
    case UInt8(ascii: "n"):
        guard reader.takeNull() else {
            _ = try reader.integer()
            return .null
        }
        return .null
    default:
        var copy = reader
        if let integer = try? copy.integer(), abs(integer) <= JSONValue.maximumInteger {
            reader = copy
            return .integer(integer)
        }
        let text = try reader.raw()
        guard text.first.map({ $0 == UInt8(ascii: "-") || (0x30...0x39).contains($0) }) == true, text.count > 1 else {
            throw JSONErrorOfTests.noValue
        }
        return .null
    }
}

private enum JSONErrorOfTests {
    static var noValue: JSONError { JSONError(.malformed, at: 0, "no value") }
}

private func withoutFractions(_ value: JSONValue) -> JSONValue {
    switch value {
    case .number: return .null
    case .array(let elements): return .array(elements.map(withoutFractions))
    case .object(let object):
        var copy = JSONObject()
        for member in object.members { copy[member.name] = withoutFractions(member.value) }
        return .object(copy)
    default: return value
    }
}
