import Canonical
import TestSupport
import Testing

@Suite("Digests and hexadecimal")
struct DigestTests {
    @Test("a digest is SHA-256 (FIPS 180-2, appendix B)")
    func vectors() {
        #expect(
            Digest(sha256: "abc".utf8).description == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        )
        #expect(
            Digest(sha256: [UInt8]()).description == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
        #expect(
            Digest(sha256: "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq".utf8).description
                == "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1")
    }

    @Test("a digest is the same of contiguous and other bytes")
    func anyCollection() {
        let bytes = (0..<1_000).map { UInt8(truncatingIfNeeded: $0) }
        #expect(Digest(sha256: bytes) == Digest(sha256: bytes.lazy.map { $0 }))
    }

    @Test("a digest reads back from its bytes and its text, and from nothing else")
    func reading() {
        let digest = Digest(sha256: "device".utf8)
        #expect(Digest(bytes: digest.bytes) == digest)
        #expect(Digest(hex: digest.description) == digest)
        #expect(Digest(hex: digest.description.uppercased()) == digest)
        #expect(Digest(bytes: Array(digest.bytes.dropLast())) == nil)
        #expect(Digest(hex: digest.description.dropLast(2)) == nil)
        #expect(Digest(hex: digest.description.dropLast() + "g") == nil)
        #expect(Digest(sha256: "devicf".utf8) != digest)
    }

    @Test("hexadecimal of random bytes reads back")
    func hex() {
        var random = SeededGenerator()
        for _ in 0..<500 {
            let bytes = (0..<random.below(70)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
            #expect([UInt8](hex: bytes.hex) == bytes, "seed \(random.seed)")
        }
        #expect([UInt8]([0x00, 0x0F, 0xA5, 0xFF]).hex == "000fa5ff")
        #expect([UInt8](hex: "") == [])
        for text in ["0", "0g", "0x10", " 00", "00 ", "é0", "--"] { #expect([UInt8](hex: text) == nil) }
    }
}
