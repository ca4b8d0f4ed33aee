import Testing

@testable import EligibilityPolicy

@Suite("The text of a file")
struct TextFileTests {
    @Test("is read where it is UTF-8, and where not, the encoding is named with a remedy")
    func encodings() throws {
        #expect(try TextFile.decode(Array("policy: 甲".utf8)) == "policy: 甲")
        #expect(try TextFile.decode([]) == "")
        let utf16 = "policy: x".utf16.flatMap { [UInt8($0 & 0xff), UInt8($0 >> 8)] }
        for (bytes, phrase) in [
            ([0xff, 0xfe] + utf16, "is in UTF-16"), (utf16, "is in UTF-16"), ([0xff, 0xfe, 0, 0, 0x70, 0, 0, 0], "is in UTF-32"),
            ([0x70, 0x3a, 0x20, 0xb2, 0xdf, 0xc2, 0xd4], "GB18030 or Big5"), ([0x0a, 0x70, 0xe9, 0x20], "Windows-1252"),
            ([0x7f, 0x45, 0, 0x46, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06], "no text"),
        ] as [([UInt8], String)] {
            let problem = #expect(throws: TextFile.Problem.self) { try TextFile.decode(bytes) }
            #expect(problem?.message.contains(phrase) == true, "\(problem?.message ?? "")")
            #expect(problem?.advice.contains("UTF-8") == true)
        }
        let problem = #expect(throws: TextFile.Problem.self) { try TextFile.decode(Array("a\nb: ".utf8) + [0xb2, 0xdf]) }
        #expect(problem?.message.contains("line 2") == true)
    }
}
