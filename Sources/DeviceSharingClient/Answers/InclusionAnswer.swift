import Canonical
import Transparency

/// That an event is in a tree, as the server says. It proves nothing by itself: `proof` must lead to the root of a checkpoint
/// whose signature was verified.
public struct InclusionAnswer: Sendable {
    /// The event's position; its leaf index is one less.
    public let position: Int64
    /// Who has the event computes it (Schema/LEAF-ENCODING.md), and need not take it from here.
    public let leafHash: Digest
    /// Events in the tree.
    public let size: UInt64
    public let proof: InclusionProof

    init(_ json: JSONValue) throws(ClientError) {
        guard let position = json["position"]?.integerValue, let size = json["size"]?.integerValue, position > 0, size > 0,
            let leafHash = json["leafHash"]?.stringValue.flatMap({ Digest(hex: $0) })
        else { throw ClientError(.unexpectedAnswer, "an inclusion proof has a position, a size and a leaf hash") }
        self.position = position
        self.leafHash = leafHash
        self.size = UInt64(size)
        proof = InclusionProof(hashes: try .init(hexadecimal: json["hashes"]))
    }

    /// Throws `TransparencyError` unless the event is in the tree of that checkpoint.
    public func verify(in checkpoint: Checkpoint) throws(TransparencyError) {
        try proof.verify(leafHash: leafHash, index: UInt64(position) - 1, size: checkpoint.size, root: checkpoint.root)
    }
}

extension [Digest] {
    init(hexadecimal json: JSONValue?) throws(ClientError) {
        self = []
        for element in json?.arrayValue ?? [] {
            guard let hash = element.stringValue.flatMap({ Digest(hex: $0) }) else {
                throw ClientError(.unexpectedAnswer, "a hash has 64 hexadecimal digits")
            }
            append(hash)
        }
    }
}
