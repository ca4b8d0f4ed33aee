import Canonical
import TestSupport
import Testing

@Suite("The encoding of a text")
struct TextEncodingTests {
    private static let header = "type,id,entity\r\n"

    private static func utf16(_ text: String, littleEndian: Bool) -> [UInt8] {
        text.utf16.flatMap { unit in
            let (high, low) = (UInt8(unit >> 8), UInt8(unit & 0xFF))
            return littleEndian ? [low, high] : [high, low]
        }
    }

    @Test("is seen from the first bytes: marks, and the zeros of wide characters")
    func beginnings() {
        let text = Self.header
        for isLittle in [true, false] {
            let wide: TextEncoding = isLittle ? .utf16LittleEndian : .utf16BigEndian
            #expect(TextEncoding(beginning: Self.utf16(text, littleEndian: isLittle)) == wide)
            #expect(TextEncoding(beginning: Self.utf16("\u{FEFF}" + text, littleEndian: isLittle)) == wide)
        }
        #expect(TextEncoding(beginning: [0xFF, 0xFE, 0, 0, 0x74, 0, 0, 0]) == .utf32)
        #expect(TextEncoding(beginning: [0, 0, 0xFE, 0xFF, 0, 0, 0, 0x74]) == .utf32)
        #expect(TextEncoding(beginning: [0x74, 0, 0, 0, 0x79, 0, 0, 0]) == .utf32)
        for text in ["", "t", "type", "\u{FEFF}type", "日本語"] { #expect(TextEncoding(beginning: Array(text.utf8)) == nil) }
    }

    @Test(
        "that is not UTF-8 is guessed from what is above ASCII",
        arguments: [
            // Führerschein, Ñ123456, Ärzte, naïve café, Straße
            ([0x46, 0xFC, 0x68, 0x72, 0x65, 0x72, 0x73], TextEncoding.windows1252), ([0xD1, 0x31, 0x32, 0x33], .windows1252),
            ([0xC4, 0x72, 0x7A, 0x74, 0x65], .windows1252),
            ([0x6E, 0x61, 0xEF, 0x76, 0x65, 0x20, 0x63, 0x61, 0x66, 0xE9], .windows1252),
            // 护照,身份证 in GB18030
            ([0xBB, 0xA4, 0xD5, 0xD5, 0x2C, 0xC9, 0xED, 0xB7, 0xDD, 0xD6, 0xA4], .gb18030),
            // 護照,身分證 in Big5
            ([0xC5, 0x40, 0xB7, 0xD3, 0x2C, 0xA8, 0xAD, 0xA4, 0xC0, 0xC3, 0xD2], .big5),
            // パスポート in Shift_JIS
            ([0x83, 0x70, 0x83, 0x58, 0x83, 0x7C, 0x81, 0x5B, 0x83, 0x67], .shiftJIS),
            // паспорт7 in Windows-1251: seven letters are no pairs
            ([0xEF, 0xE0, 0xF1, 0xEF, 0xEE, 0xF0, 0xF2, 0x37], .other),
        ] as [([UInt8], TextEncoding)])
    func guesses(bytes: [UInt8], encoding: TextEncoding) {
        #expect(TextEncoding(likelyOf: bytes) == encoding)
    }

    @Test("of UTF-8 is checked as the standard library does, however the bytes are cut, and counts lines")
    func utf8() {
        var random = SeededGenerator()
        let pieces: [[UInt8]] = [
            [0x61], [0x0A], [0xC3, 0xA9], [0xE6, 0x97, 0xA5], [0xF0, 0x9F, 0x98, 0x80], [0xED, 0xA0, 0x80], [0xC0, 0x80], [0xFF],
            [0xE0, 0x80, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xE2, 0x82], [0xF0, 0x80, 0x80, 0x80], [0x80],
        ]
        for _ in 0..<3_000 {
            let bytes = (0..<random.below(6)).flatMap { _ in
                random.once(in: 3) ? random.pick(pieces) : random.pick(Array(pieces.prefix(5)))
            }
            var (check, rest, isValid) = (UTF8Check(), bytes[...], true)
            while !rest.isEmpty, isValid {
                let piece = rest.prefix(1 + random.below(3))
                isValid = check.read(piece)
                rest = rest.dropFirst(piece.count)
            }
            #expect((isValid && check.isWhole) == (String(validating: bytes, as: UTF8.self) != nil), "\(random): \(bytes)")
        }
        var check = UTF8Check()
        #expect(!check.read([0x61, 0x0A, 0x0A, 0x62, 0xD1, 0x31]) && check.line == 3)
    }

    @Test("UTF-16 becomes UTF-8, however the bytes are cut")
    func utf16() throws {
        let text = "a,é日本😀\r\n\u{FEFF}x"
        for isLittle in [true, false] {
            let bytes = Self.utf16(text, littleEndian: isLittle)
            for size in 1...5 {
                var (reader, made) = (UTF16Reader(isLittleEndian: isLittle), [UInt8]())
                for start in stride(from: 0, to: bytes.count, by: size) {
                    let piece = reader.read(Array(bytes[start..<min(start + size, bytes.count)]))
                    made += try #require(piece)
                }
                #expect(made == Array(text.utf8) && reader.isWhole)
            }
        }
        for units in [[0xD800, 0x61], [0xDC00], [0xD800, 0xD800]] as [[UInt16]] {
            var reader = UTF16Reader(isLittleEndian: false)
            #expect(reader.read(units.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }) == nil)
        }
        var reader = UTF16Reader(isLittleEndian: false)
        #expect(reader.read([0xD8, 0x00, 0xDC]) != nil && !reader.isWhole)
    }
}
