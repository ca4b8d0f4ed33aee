import Canonical
import TestSupport
import Testing

@testable import Transparency

@Suite struct NoteTests {
    /// Published by the Go project with the documentation of its package `sumdb/note`.
    private static let goKey = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
    private static let goVerifier = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
    private static let goText = """
        If you think cryptography is the answer to your problem,
        then you don't know what your problem is.

        """
    private static let goNote =
        goText + """

            — PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=

            """

    @Test func keysAndSignaturesAreThoseOfTheReference() throws {
        let key = try SignerKey(Self.goKey)
        #expect(key.secretText == Self.goKey)
        #expect(key.verifier.description == Self.goVerifier)
        let note = try SignedNote(parsing: Self.goNote)
        #expect(note.text == Self.goText)
        #expect(note.description == Self.goNote)
        #expect(try note.verify(trusting: [VerifierKey(Self.goVerifier)]).map(\.name.text) == ["PeterNeumann"])
        #if !canImport(Darwin)  // CryptoKit's signatures are randomised
            #expect(try SignedNote(text: Self.goText, signedBy: [key]).description == Self.goNote)
        #endif
    }

    /// The example of c2sp.org/signed-note.
    @Test func theSpecificationsExampleVerifies() throws {
        let key = try VerifierKey("example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k")
        let note = try SignedNote(
            parsing: """
                This is an example message.

                — example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=

                """)
        #expect(try note.verify(trusting: [key]) == [key])
    }

    @Test func aSecretIsNotPrinted() throws {
        let key = try SignerKey(Self.goKey)
        #expect(!"\(key)".contains("AYEKFALVFGyNhPJEMzD1QIDr"))
        let error = #expect(throws: TransparencyError.self) {
            try SignerKey(Self.goKey.replacing("c74f20a3", with: "c74f20a4"))
        }
        #expect(error?.description.contains("AYEKFALVFGyNhPJEMzD1QIDr") == false)
    }

    @Test func keysThatAreNotWellFormedAreRefused() {
        for text in [
            "", "a", "a+b", "PeterNeumann+c74f20a3+", "PeterNeumann+c74f20a3+AA==", "PeterNeumann+c74f20a3+!",
            "Peter Neumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",  // a space
            "+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",  // no name
            "PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",  // another id
            "PeterNeumann+c74f20a3+Ahpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",  // another type
            "PeterNeumann+74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
            "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW\n",
            "PeterNeumann+C74F20A3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",  // an id in capitals
        ] {
            let error = #expect(throws: TransparencyError.self, "\(text)") { try VerifierKey(text) }
            #expect(error?.code == .malformedKey)
        }
        #expect(throws: TransparencyError.self) { try SignerKey(Self.goVerifier) }
        #expect(throws: TransparencyError.self) { try SignerKey("PRIVATE+KEY+" + Self.goVerifier) }
        #expect(throws: TransparencyError.self) { try KeyName("no\u{A0}break") }
    }

    @Test func notesThatAreNotWellFormedAreRefused() throws {
        let signature = String(Self.goNote.dropFirst(Self.goText.count + 1))
        for note in [
            "", "\n", "text\n", "text\n\n", "text\n" + signature, "text\n\n" + signature.dropLast(),
            "te\txt\n\n" + signature,
            "text\r\n\r\n" + signature, "text\n\n" + signature + "\n", "text\n\n- a b\n", "text\n\n— a\n",
            "text\n\n— a b c\n", "text\n\n— a AAAA\n",
            "text\n\n— a+b AAAAAAAA\n", "text\n\n—  AAAAAAAA\n", "text\n\n— a AAAAAAAB=\n",
            "text\n\nnot a signature\n" + signature,
            "text\n\n" + String(repeating: signature, count: 101),
        ] {
            let error = #expect(throws: TransparencyError.self, "\(note)") { try SignedNote(parsing: note) }
            #expect(error?.code == .malformedNote)
        }
        #expect(throws: TransparencyError.self) { try SignedNote(parsing: [0xFF] + Array(Self.goNote.utf8)) }
        #expect(throws: TransparencyError.self) {
            try SignedNote(parsing: Array(repeating: 0x61, count: SignedNote.maximumSize + 1))
        }
        #expect(throws: TransparencyError.self) {
            try SignedNote(text: "no newline", signedBy: [SignerKey(Self.goKey)])
        }
        #expect(throws: TransparencyError.self) { try SignedNote(text: "unsigned\n", signedBy: []) }
    }

    @Test func aTextMayHaveEmptyLines() throws {
        let key = SignerKey.generate(name: try KeyName("example.com/log"))
        let note = try SignedNote(text: "one\n\ntwo\n\n", signedBy: [key])
        let read = try SignedNote(parsing: note.description)
        #expect(read == note)
        #expect(throws: Never.self) { try read.verify(trusting: [key.verifier]) }
    }

    @Test func signaturesOfUnknownKeysAreIgnoredAndWrongOnesOfKnownKeysAreNot() throws {
        let name = try KeyName("example.com/log")
        let (old, new, stranger) = (
            SignerKey.generate(name: name), SignerKey.generate(name: name), SignerKey.generate(name: name)
        )
        let note = try SignedNote(text: "text\n", signedBy: [old, new])
        // Both keys of a rotation are trusted for a while.
        #expect(try note.verify(trusting: [old.verifier, new.verifier]) == [old.verifier, new.verifier])
        #expect(try note.verify(trusting: [new.verifier]) == [new.verifier])
        func code(_ note: SignedNote, _ keys: [VerifierKey]) -> TransparencyError.Code? {
            do throws(TransparencyError) {
                try note.verify(trusting: keys)
                return nil
            } catch {
                return error.code
            }
        }
        #expect(code(note, [stranger.verifier]) == .noTrustedSignature)
        let changed = try SignedNote(parsing: note.description.replacing("text", with: "tact"))
        #expect(code(changed, [old.verifier]) == .invalidSignature)
        #expect(code(changed, [stranger.verifier]) == .noTrustedSignature)
    }

    @Test func anyChangedByteIsNoticed() throws {
        var random = SeededGenerator()
        let key = try VerifierKey(Self.goVerifier)
        let bytes = Array(Self.goNote.utf8)
        for _ in 0..<500 {
            var changed = bytes
            changed[random.below(changed.count)] ^= 1 << UInt8(random.below(8))
            #expect(throws: TransparencyError.self, "\(random)") {
                try SignedNote(parsing: changed).verify(trusting: [key])
            }
        }
    }
}
