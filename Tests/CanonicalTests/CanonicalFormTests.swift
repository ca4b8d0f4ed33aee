import Canonical
import Foundation
import TestSupport
import Testing

@Suite("The canonical form (RFC 8785)")
struct CanonicalFormTests {
    @Test(
        "is that of the published cases, byte for byte",
        .enabled(if: Conformance.folder("jcs") != nil, "\(Conformance.absence)"))
    func published() throws {
        let folder = try #require(Conformance.folder("jcs"))
        let inputs = folder.appendingPathComponent("input")
        let outputs = folder.appendingPathComponent("output")
        let names = try FileManager.default.contentsOfDirectory(atPath: inputs.path).filter { $0.hasSuffix(".json") }
            .sorted()
        #expect(!names.isEmpty)
        for name in names {
            let input = try Data(contentsOf: inputs.appendingPathComponent(name))
            let output = try Data(contentsOf: outputs.appendingPathComponent(name))
            let canonical = try JSONValue(parsing: Array(input)).canonicalBytes()
            #expect(canonical == Array(output), "\(name): \(String(decoding: canonical, as: UTF8.self))")
        }
    }

    @Test("sorts members by UTF-16 code units, not by code points")
    func order() throws {
        let value = try JSONValue(parsing: #"{"\uFB33":1,"\uD83D\uDE00":2,"€":3,"\r":4,"ö":5,"1":6,"":7}"#)
        #expect(
            String(decoding: value.canonicalBytes(), as: UTF8.self)
                == "{\"\":7,\"\\r\":4,\"1\":6,\"ö\":5,\"€\":3,\"\u{1F600}\":2,\"\u{FB33}\":1}")
    }

    @Test("escapes no more than it must, in the shortest way")
    func escapes() throws {
        let value = try JSONValue(parsing: #""\u0000\u001f\b\t\n\f\r\u0022\u005c\/\u007f\u2028é""#)
        #expect(value.canonicalBytes() == #""\u0000\u001f\b\t\n\f\r\"\\/"#.bytes + "\u{7F}\u{2028}é\"".bytes)
    }

    @Test("of a random value reads back as the value, and is its own canonical form")
    func roundTrip() throws {
        var random = SeededGenerator()
        for _ in 0..<3_000 {
            let value = random.json()
            let bytes = value.canonicalBytes()
            let read = try JSONValue(parsing: bytes)
            #expect(read == value, "seed \(random.seed)")
            #expect(read.hashValue == value.hashValue, "seed \(random.seed)")
            #expect(read.canonicalBytes() == bytes, "seed \(random.seed)")
        }
    }

    @Test("of an integer beyond 53 bits is that of the double which stands for it")
    func largeIntegers() throws {
        for (value, text) in [
            (Int64.max, "9223372036854776000"), (Int64.min, "-9223372036854776000"),
            (9_007_199_254_740_991, "9007199254740991"),
            (9_007_199_254_740_993, "9007199254740992"),
        ] {
            #expect(JSONValue.integer(value).canonicalBytes() == text.bytes)
            var writer = CanonicalJSONWriter()
            writer.value(value)
            #expect(writer.bytes == text.bytes)
            #expect(try JSONValue(parsing: text).canonicalBytes() == text.bytes)
        }
    }
}
