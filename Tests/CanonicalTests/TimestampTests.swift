import TestSupport
import Testing

@testable import Canonical

@Suite("Timestamps")
struct TimestampTests {
    @Test("read back from their text, and sort as their texts do")
    func roundTrip() {
        var random = SeededGenerator()
        var moments = (0..<2_000).map { _ in
            Timestamp(
                microseconds: Int64.random(
                    in: Timestamp.earliest.microseconds...Timestamp.latest.microseconds, using: &random))
        }
        moments += [
            .earliest, .latest, Timestamp(microseconds: 0), Timestamp(microseconds: -1), Timestamp(microseconds: 1),
        ]
        for moment in moments {
            #expect(moment.description.utf8.count == 27, "seed \(random.seed)")
            #expect(Timestamp(moment.description) == moment, "seed \(random.seed)")
        }
        #expect(moments.sorted().map(\.description) == moments.map(\.description).sorted(), "seed \(random.seed)")
    }

    @Test(
        "take RFC 3339 in its forms",
        arguments: [
            ("1970-01-01T00:00:00Z", "1970-01-01T00:00:00.000000Z"),
            ("2026-11-24T03:43:42.1Z", "2026-11-24T03:43:42.100000Z"),
            ("2026-11-24t03:43:42.123456z", "2026-11-24T03:43:42.123456Z"),
            ("2026-11-24T03:43:42+08:00", "2026-11-23T19:43:42.000000Z"),
            ("2026-12-31T23:30:00-01:00", "2027-01-01T00:30:00.000000Z"),
            ("2026-11-24T03:43:42-00:00", "2026-11-24T03:43:42.000000Z"),
            ("2024-02-29T00:00:00Z", "2024-02-29T00:00:00.000000Z"),
            ("2000-02-29T12:00:00Z", "2000-02-29T12:00:00.000000Z"),
            ("1969-12-31T23:59:59.999999Z", "1969-12-31T23:59:59.999999Z"),
        ])
    func forms(text: String, canonical: String) {
        #expect(Timestamp(text)?.description == canonical)
    }

    @Test(
        "refuse what is none",
        arguments: [
            "", "now", "2026-11-24", "2026-11-24T03:43Z", "2026-11-24T03:43:42", "2026-11-24 03:43:42Z",
            "2026-02-29T00:00:00Z",
            "1900-02-29T00:00:00Z", "2026-04-31T00:00:00Z", "2026-00-01T00:00:00Z", "2026-13-01T00:00:00Z",
            "2026-01-00T00:00:00Z",
            "2026-11-24T24:00:00Z", "2026-11-24T23:60:00Z", "2016-12-31T23:59:60Z", "2026-11-24T03:43:42.Z",
            "2026-11-24T03:43:42.1234567", "2026-11-24T03:43:42.123456 7Z", "2026-11-24T03:43:42+24:00",
            "2026-11-24T03:43:42+08:60",
            "2026-11-24T03:43:42+0800",
            "2026-11-24T03:43:42Z ", "0000-12-31T23:59:59Z", "0001-01-01T00:00:00+00:01", "9999-12-31T23:59:59-00:01",
            "+026-11-24T03:43:42Z",
            "２０２６-11-24T03:43:42Z",
        ])
    func refused(text: String) {
        #expect(Timestamp(text) == nil)
    }

    @Test(
        "cut off what is below a microsecond, which .NET, Java and Go write",
        arguments: [
            ("2026-11-24T03:43:42.1234567Z", "2026-11-24T03:43:42.123456Z"),
            ("2026-11-24T03:43:42.9999999+00:00", "2026-11-24T03:43:42.999999Z"),
            ("2026-11-24T03:43:42.123456789+08:00", "2026-11-23T19:43:42.123456Z"),
            ("1969-12-31T23:59:59.9999999Z", "1969-12-31T23:59:59.999999Z"),
            ("9999-12-31T23:59:59.999999999Z", "9999-12-31T23:59:59.999999Z"),
            ("2026-11-24T03:43:42.0000009Z", "2026-11-24T03:43:42.000000Z"),
            ("2026-11-24T03:43:42." + String(repeating: "5", count: 5_000) + "Z", "2026-11-24T03:43:42.555555Z"),
        ])
    func cut(text: String, canonical: String) {
        #expect(Timestamp(text)?.description == canonical)
        #expect(Timestamp(recorded: text) == nil, "nothing that was recorded has more than six decimals")
        #expect(Timestamp(recorded: canonical)?.description == canonical)
    }

    @Test("in recorded events are read without cutting anything off")
    func recorded() throws {
        func read(_ text: String) throws -> Timestamp {
            try Array("\"\(text)\"".utf8).withUnsafeBytes { bytes in
                var reader = CanonicalJSONReader(bytes)
                return try reader.timestamp()
            }
        }
        #expect(try read("2026-11-24T03:43:42.123456Z").description == "2026-11-24T03:43:42.123456Z")
        #expect(throws: JSONError.self) { try read("2026-11-24T03:43:42.1234567Z") }
    }

    @Test("stay within what can be written, however far they are moved")
    func arithmetic() {
        #expect(Timestamp.latest.advanced(by: .microseconds(1)) == .latest)
        #expect(Timestamp.earliest.advanced(by: .seconds(Int64.min)) == .earliest)
        #expect(Timestamp(microseconds: 5).advanced(by: .seconds(Int64.max)) == .latest)
        #expect(Timestamp(microseconds: 5).advanced(by: .milliseconds(-2)).microseconds == -1_995)
        #expect(Timestamp(microseconds: 7).duration(since: Timestamp(microseconds: 10)) == .microseconds(-3))
        #expect(
            Timestamp(microseconds: .max).duration(since: Timestamp(microseconds: .min)) == .microseconds(Int64.max))
        #expect(Timestamp(microseconds: .max).description == Timestamp.latest.description)
    }

    @Test("of the machine's clock go on")
    func now() {
        let first = Timestamp.now
        #expect(first > Timestamp(microseconds: 1_700_000_000_000_000))
        #expect(Timestamp.now.duration(since: first) < .seconds(60))
    }
}
