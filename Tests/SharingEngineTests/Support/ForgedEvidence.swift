import Canonical
import EventLog
import TestSupport
import Transparency

@testable import SharingAudit
@testable import SharingEngine

/// An evidence file that is signed, whatever it says: what somebody who has the log's key could hand out.
struct ForgedEvidence {
    /// One position of the log.
    struct Leaf {
        var stream: String
        var version: Int32
        var isDisclosed = true
        var type = "user-registered"
        var recordedAt = Timestamp(microseconds: 1_800_000_000_000_000)
    }

    var ledger = "default"
    /// As the header has it, where that is another than the one that leaves are made with.
    var namedLedger: String?
    var leaves: [Leaf]
    var origin: String
    var keys: [SignerKey]
    /// The size that is signed, where it is not that of the leaves.
    var size: UInt64?
    /// Makes the note another one, signed as it is.
    var note: (String) -> String = { $0 }

    init(_ leaves: [Leaf], keys: [SignerKey], origin: String? = nil) {
        self.leaves = leaves
        self.keys = keys
        self.origin = origin ?? keys.first?.verifier.name.text ?? ""
    }

    private func event(_ leaf: Leaf, at position: Int) -> RecordedEvent {
        let user = leaf.stream.split(separator: "/").last.map(String.init) ?? ""
        let data: JSONValue = [
            "entity": "E-1", "entityKind": "individual", "registeredAt": "2024-03-01T09:00:00.000000Z", "user": .string(user),
        ]
        return RecordedEvent(
            position: Position(rawValue: Int64(position)), stream: leaf.stream, version: leaf.version, type: leaf.type,
            schemaVersion: 1, recordedAt: leaf.recordedAt, leafHash: MerkleTree.emptyRoot,
            metadata: CanonicalText(Array("{}".utf8)), data: CanonicalText(data.canonicalBytes()))
    }

    /// Text of the checkpoint.
    func checkpoint() throws -> String {
        var tree = Frontier()
        for (place, leaf) in leaves.enumerated() {
            tree.append(event(leaf, at: place + 1).computedLeafHash(in: Ledger(key: 0, name: ledger)))
        }
        return try Checkpoint(origin: origin, size: UInt64(leaves.count), root: tree.root).text
    }

    /// The file, each hidden leaf by a hash of its own.
    func bytes() throws -> [UInt8] {
        var text = try checkpoint()
        if let size { text = text.replacing("\n\(leaves.count)\n", with: "\n\(size)\n") }
        let signed = note(try SignedNote(text: text, signedBy: keys).description)
        var lines = [EvidenceLine.header(EvidenceLine.Header(ledger: namedLedger ?? ledger, checkpoint: signed, keys: []))]
        for (place, leaf) in leaves.enumerated() {
            let event = event(leaf, at: place + 1)
            let hash = event.computedLeafHash(in: Ledger(key: 0, name: ledger))
            lines.append(leaf.isDisclosed ? .event(event) : .subtree(level: 0, hash: hash))
        }
        lines.append(.end(events: Int64(leaves.count(where: \.isDisclosed))))
        return lines.flatMap { $0.bytes + [0x0A] }
    }
}
