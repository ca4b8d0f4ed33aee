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
        let note = try SignedNote(parsing: checkpoint.signed(by: [key]).description)
        #expect(try Checkpoint.open(note, trusting: [key.verifier], origin: "example.com/log") == checkpoint)
        let error = #expect(throws: TransparencyError.self) {
            try Checkpoint.open(note, trusting: [key.verifier], origin: "example.com/other")
        }
        #expect(error?.code == .originMismatch)
    }
}
