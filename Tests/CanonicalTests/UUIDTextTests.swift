import Canonical
import Foundation
import TestSupport
import Testing

@Suite("The text of a UUID")
struct UUIDTextTests {
    @Test("reads back in small letters and capitals")
    func readsBack() {
        var random = SeededGenerator()
        for _ in 0..<1_000 {
            let uuid = random.uuid()
            #expect(read(uuid.uuidString) == uuid, "seed \(random.seed)")
            #expect(read(uuid.uuidString.lowercased()) == uuid, "seed \(random.seed)")
        }
    }

    @Test("is 36 bytes with hyphens at four places, and digits at the others")
    func nothingElse() {
        let text = Array("01020304-0506-7000-8000-00000000000a".utf8)
        #expect(read(String(decoding: text, as: UTF8.self)) != nil)
        for place in text.indices {
            let isHyphen = text[place] == UInt8(ascii: "-")
            for byte in UInt8.min...UInt8.max {
                var other = text
                other[place] = byte
                let isDigit = byte < 0x80 && Character(Unicode.Scalar(byte)).isHexDigit
                let isRead = other.withUnsafeBytes { UUID(utf8: $0) } != nil
                #expect(isRead == (isHyphen ? byte == UInt8(ascii: "-") : isDigit), "\(byte) at \(place)")
            }
            #expect(text[..<place].withUnsafeBytes { UUID(utf8: $0) } == nil)
        }
        #expect((text + text).withUnsafeBytes { UUID(utf8: $0) } == nil)
    }

    private func read(_ text: String) -> UUID? { Array(text.utf8).withUnsafeBytes { UUID(utf8: $0) } }
}

extension SeededGenerator {
    fileprivate mutating func uuid() -> UUID {
        let halves = (next(), next())
        return UUID(uuid: withUnsafeBytes(of: halves) { $0.loadUnaligned(as: uuid_t.self) })
    }
}
