import Canonical

/// That a leaf is in a tree: its audit path (RFC 6962, section 2.1.1).
public struct InclusionProof: Hashable, Sendable {
    /// The sibling of each node on the way from the leaf to the root.
    public let hashes: [Digest]

    public init(hashes: [Digest]) { self.hashes = hashes }

    /// Takes hashes as they were received. Throws `malformed-hash`.
    public init(received hashes: [[UInt8]]) throws(TransparencyError) { self.hashes = try [Digest](received: hashes) }

    /// The root of the tree of `size` leaves in which the leaf stands at `index`, from 0 (RFC 9162, section 2.1.3.2). Throws
    /// `index-out-of-range`, `proof-too-short` and `proof-too-long`.
    public func root(leafHash: Digest, index: UInt64, size: UInt64) throws(TransparencyError) -> Digest {
        guard index < size else {
            throw TransparencyError(.indexOutOfRange, "there is no leaf \(index) in a tree of \(size) leaves")
        }
        var (node, last) = (index, size - 1)
        var hash = leafHash
        for sibling in hashes {
            guard last > 0 else { throw TransparencyError(.proofTooLong, "the root is reached before the proof ends") }
            if node & 1 == 1 || node == last {
                hash = MerkleTree.nodeHash(sibling, hash)
                // A node without a right sibling is its own parent.
                while node & 1 == 0, node > 0 {
                    node >>= 1
                    last >>= 1
                }
            } else {
                hash = MerkleTree.nodeHash(hash, sibling)
            }
            node >>= 1
            last >>= 1
        }
        guard last == 0 else { throw TransparencyError(.proofTooShort, "the proof ends before the root is reached") }
        return hash
    }

    /// Throws unless the leaf stands at `index`, from 0, in the tree of that size and root.
    public func verify(leafHash: Digest, index: UInt64, size: UInt64, root: Digest) throws(TransparencyError) {
        try verify(leafHash: leafHash.bytes, index: index, size: size, root: root.bytes)
    }

    /// The same for hashes as they were received; throws `malformed-hash`, too.
    public func verify(leafHash: [UInt8], index: UInt64, size: UInt64, root: [UInt8]) throws(TransparencyError) {
        let computed = try self.root(leafHash: leafHash.digest("the leaf hash"), index: index, size: size)
        guard computed.bytes == root else {
            throw TransparencyError(.rootMismatch, "leaf \(index) leads to the root \(computed), not \(root.hex)")
        }
    }
}
