import Canonical
import TestSupport
import Testing

@testable import Transparency

@Suite struct CheckpointTests {
    @Test func theSpecificationsExampleReadsBack() throws {
        let text = """
            example.com/behind-the-sofa
            20852163
            CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

            """
        let checkpoint = try Checkpoint(text: text)
        #expect(checkpoint.origin == "example.com/behind-the-sofa")
        #expect(checkpoint.size == 20_852_163)
        #expect(checkpoint.root.description == "0ac5186a91863e8e1d90c808014aa89bf5da8e3ee1d9f07630f0378f68f1ab62")
        #expect(checkpoint.text == text)
    }

    @Test func onlyCheckpointsAreRead() {
        let root = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I="
        for text in [
            "", "log\n", "log\n1\n", "log\n1\n\(root)", "\n1\n\(root)\n", "log\n01\n\(root)\n", "log\n-1\n\(root)\n",
            "log\n+1\n\(root)\n",
            "log\n1 \n\(root)\n", "log\n18446744073709551616\n\(root)\n", "log\n1\n\(root.dropLast())\n",
            "log\n1\nAAAA\n", "log\n1\n\(root)\n\n",
            "log\n1\n\(root)\nmore\n\n",
        ] {
            let error = #expect(throws: TransparencyError.self, "\(text)") { try Checkpoint(text: text) }
            #expect(error?.code == .malformedCheckpoint)
        }
        #expect(throws: TransparencyError.self) { try Checkpoint(origin: "", size: 0, root: MerkleTree.emptyRoot) }
        #expect(throws: TransparencyError.self) { try Checkpoint(origin: "a\nb", size: 0, root: MerkleTree.emptyRoot) }
    }

    @Test func aSignedCheckpointOpensForWhoTrustsItsKey() throws {
        let key = SignerKey.generate(name: try KeyName("example.com/log"))
        let checkpoint = try Checkpoint(
            origin: "example.com/log", size: .max, root: MerkleTree.emptyRoot, extensions: ["more"])
        #expect(throws: TransparencyError.self) {
            try Checkpoint(origin: "example.com/log", size: 0, root: Digest(sha256: [0]))
        }
        let note = try SignedNote(parsing: checkpoint.signed(by: [key]).description)
        #expect(try Checkpoint.open(note, trusting: [key.verifier], origin: "example.com/log") == checkpoint)
        let error = #expect(throws: TransparencyError.self) {
            try Checkpoint.open(note, trusting: [key.verifier], origin: "example.com/other")
        }
        #expect(error?.code == .originMismatch)
    }

    /// A key may sign for several logs, and the log's name is the first thing that a verifier must know.
    @Test func theLogsNameIsThatOfTheKeyUnlessAnotherIsGiven() throws {
        let (key, other) = (
            SignerKey.generate(name: try KeyName("example.com/log")), SignerKey.generate(name: try KeyName("example.com/other"))
        )
        let checkpoint = try Checkpoint(origin: "example.com/other", size: 1, root: Digest(sha256: [0]))
        func code(_ keys: [SignerKey], signedBy signers: [SignerKey], origin: String? = nil) throws -> TransparencyError.Code? {
            let note = try checkpoint.signed(by: signers)
            do throws(TransparencyError) {
                _ = try Checkpoint.open(note, trusting: keys.map(\.verifier), origin: origin)
                return nil
            } catch {
                return error.code
            }
        }
        #expect(try code([key], signedBy: [key]) == .originMismatch)
        #expect(try code([key], signedBy: [key], origin: "example.com/other") == nil)
        #expect(try code([key, other], signedBy: [key]) == .originMismatch, "trusted is not signed")
        #expect(try code([key, other], signedBy: [key, other]) == nil)
    }

    @Test func namesAreTheSameOnlyWhereTheirBytesAre() throws {
        for (one, another) in [("K", "\u{212A}"), ("l\u{F6}g", "lo\u{308}g"), ("log", "Log")] {
            let key = SignerKey.generate(name: try KeyName(one))
            #expect(try KeyName(one) != KeyName(another))
            let note = try Checkpoint(origin: one, size: 1, root: Digest(sha256: [0])).signed(by: [key]).description
            #expect(throws: Never.self) { try Checkpoint.open(SignedNote(parsing: note), trusting: [key.verifier]) }
            #expect(throws: TransparencyError.self) {
                try Checkpoint.open(SignedNote(parsing: note), trusting: [key.verifier], origin: another)
            }
            let renamed = note.replacing("\u{2014} \(one) ", with: "\u{2014} \(another) ")
            #expect(throws: TransparencyError.self) {
                try Checkpoint.open(SignedNote(parsing: renamed), trusting: [key.verifier])
            }
        }
    }

    /// A log's checkpoint that a witness has cosigned (c2sp.org/tlog-cosignature).
    @Test func whatAWitnessCosignedMustBeSoAndIsNotEnough() throws {
        let log = try VerifierKey("broker.example/sharing+ab649a03+AZH5lLahYmT2REoKrtz767oIFGtGzFJL+QT4yPistCHb")
        let witness = try VerifierKey(Self.witness)
        #expect(log.isOfLog && !witness.isOfLog)
        #expect(witness.description == Self.witness)
        func open(_ note: String, _ keys: [VerifierKey]) throws(TransparencyError) {
            _ = try Checkpoint.open(SignedNote(parsing: note), trusting: keys)
        }
        #expect(throws: Never.self) { try open(Self.cosigned, [log]) }
        #expect(throws: Never.self) { try open(Self.cosigned, [log, witness]) }
        let alone = #expect(throws: TransparencyError.self) { try open(Self.cosigned, [witness]) }
        #expect(alone?.code == .noTrustedSignature)
        // Another time.
        let changed = Self.cosigned.replacing("UR4/aAAAAABpJIEA", with: "UR4/aAAAAABpJIEB")
        #expect(throws: Never.self) { try open(changed, [log]) }
        let later = #expect(throws: TransparencyError.self) { try open(changed, [log, witness]) }
        #expect(later?.code == .invalidSignature)
    }

    private static let witness = "witness.example/w1+511e3f68+BPoeK328TZVdpLmiSWs4dSVsRomRKn6jKgjBDVFlPTdn"
    private static let cosigned = """
        broker.example/sharing
        5
        oyJWhzA6BpUy1Hu039QuRVJ8ToyRUt6QYq7b5mbJsfc=

        \u{2014} broker.example/sharing q2SaA+oATtdHU+myTxBUEfzXkMxLKBNgGq2TW7b1bLMmHxrZqn663ncfZnGEWnszwCMwDqgtp8GTgtfisE3a9RB1nwQ=
        \u{2014} witness.example/w1 UR4/aAAAAABpJIEAdGEg6XtJqYdJ4i7HdPfZHTliCKoJdF0qlTgLwCA3WUWdGnC3ivdElD6Ykg+AJzrbOWiVtLT3LSb9x8iOZORYDg==

        """
}
