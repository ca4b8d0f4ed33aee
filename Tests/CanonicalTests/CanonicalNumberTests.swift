import Canonical
import TestSupport
import Testing

@Suite("Numbers in the canonical form")
struct CanonicalNumberTests {
    /// RFC 8785, appendix B: the bits of a double and its text.
    private static let appendixB: [(UInt64, String)] = [
        (0x0000_0000_0000_0000, "0"), (0x8000_0000_0000_0000, "0"),
        (0x0000_0000_0000_0001, "5e-324"), (0x8000_0000_0000_0001, "-5e-324"),
        (0x7FEF_FFFF_FFFF_FFFF, "1.7976931348623157e+308"), (0xFFEF_FFFF_FFFF_FFFF, "-1.7976931348623157e+308"),
        (0x4340_0000_0000_0000, "9007199254740992"), (0xC340_0000_0000_0000, "-9007199254740992"),
        (0x4430_0000_0000_0000, "295147905179352830000"),
        (0x44B5_2D02_C7E1_4AF5, "9.999999999999997e+22"), (0x44B5_2D02_C7E1_4AF6, "1e+23"),
        (0x44B5_2D02_C7E1_4AF7, "1.0000000000000001e+23"),
        (0x444B_1AE4_D6E2_EF4E, "999999999999999700000"), (0x444B_1AE4_D6E2_EF4F, "999999999999999900000"),
        (0x444B_1AE4_D6E2_EF50, "1e+21"),
        (0x3EB0_C6F7_A0B5_ED8C, "9.999999999999997e-7"), (0x3EB0_C6F7_A0B5_ED8D, "0.000001"),
        (0x41B3_DE43_5555_5553, "333333333.3333332"), (0x41B3_DE43_5555_5554, "333333333.33333325"),
        (0x41B3_DE43_5555_5555, "333333333.3333333"), (0x41B3_DE43_5555_5556, "333333333.3333334"),
        (0x41B3_DE43_5555_5557, "333333333.33333343"),
        (0xBECB_F647_612F_3696, "-0.0000033333333333333333"), (0x4314_3FF3_C1CB_0959, "1424953923781206.2"),
    ]

    @Test("are those of appendix B", arguments: appendixB)
    func samples(bits: UInt64, text: String) throws {
        #expect(JSONValue.number(Double(bitPattern: bits)).canonicalBytes() == text.bytes)
        #expect(try JSONValue(parsing: text).canonicalBytes() == text.bytes)
    }

    @Test("of random bits read back as the same bits")
    func roundTrip() throws {
        var random = SeededGenerator()
        for _ in 0..<20_000 {
            let double = Double(bitPattern: random.next())
            guard double.isFinite else { continue }
            let text = String(decoding: JSONValue.number(double).canonicalBytes(), as: UTF8.self)
            #expect(Double(text)?.bitPattern == double.bitPattern, "\(text), seed \(random.seed)")
        }
    }

    @Test(
        "have one form however they were written",
        arguments: [
            ("1.0", "1"), ("1e2", "100"), ("1E+2", "100"), ("0.1e1", "1"), ("-0", "0"), ("-0.0", "0"), ("0e999", "0"),
            ("1e-400", "0"),
            ("4.50", "4.5"), ("2e-3", "0.002"), ("1e21", "1e+21"), ("100000000000000000000", "100000000000000000000"),
            ("9007199254740993", "9007199254740992"), ("123456789012345678901234567890", "1.2345678901234568e+29"),
        ])
    func forms(written: String, canonical: String) throws {
        #expect(String(decoding: try JSONValue(parsing: written).canonicalBytes(), as: UTF8.self) == canonical)
    }

    @Test("are null where JSON has none", arguments: [Double.nan, .infinity, -.infinity])
    func noNumber(double: Double) {
        #expect(JSONValue.number(double).canonicalBytes() == "null".bytes)
    }
}
