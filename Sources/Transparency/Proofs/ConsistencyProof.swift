import Canonical

/// That a tree extends an earlier one: what was in it is in it still, in the same order (RFC 6962, section 2.1.2).
public struct ConsistencyProof: Hashable, Sendable {
    public let hashes: [Digest]

    public init(hashes: [Digest]) { self.hashes = hashes }

    /// Takes hashes as they were received. Throws `malformed-hash`.
    public init(received hashes: [[UInt8]]) throws(TransparencyError) { self.hashes = try [Digest](received: hashes) }

    /// Throws unless the tree of `newSize` leaves extends that of `oldSize` leaves.
    public func verify(oldSize: UInt64, newSize: UInt64, oldRoot: Digest, newRoot: Digest) throws(TransparencyError) {
        try verify(oldSize: oldSize, newSize: newSize, oldRoot: oldRoot.bytes, newRoot: newRoot.bytes)
    }

    /// The same for roots as they were received (RFC 9162, section 2.1.4.2).
    public func verify(oldSize: UInt64, newSize: UInt64, oldRoot: [UInt8], newRoot: [UInt8]) throws(TransparencyError) {
        guard oldSize <= newSize else {
            throw TransparencyError(.sizesReversed, "a tree of \(newSize) leaves cannot extend one of \(oldSize)")
        }
        guard oldSize > 0 else {
            throw TransparencyError(.emptyTree, "every tree extends the empty one: there is nothing to prove")
        }
        if oldSize == newSize {
            guard hashes.isEmpty else { throw TransparencyError(.proofTooLong, "trees of one size need no hashes") }
            guard oldRoot == newRoot else {
                throw TransparencyError(
                    .rootMismatch, "two trees of \(newSize) leaves have the roots \(oldRoot.hex) and \(newRoot.hex)")
            }
            return
        }
        guard !hashes.isEmpty else { throw TransparencyError(.proofTooShort, "the proof has no hashes") }
        let (old, new) = try roots(oldSize: oldSize, newSize: newSize, oldRoot: oldRoot)
        guard old.bytes == oldRoot else {
            throw TransparencyError(
                .rootMismatch, "the proof leads to the root \(old) at \(oldSize) leaves, not \(oldRoot.hex)")
        }
        guard new.bytes == newRoot else {
            throw TransparencyError(
                .rootMismatch, "the proof leads to the root \(new) at \(newSize) leaves, not \(newRoot.hex)")
        }
    }

    /// Both roots as the proof gives them.
    private func roots(
        oldSize: UInt64, newSize: UInt64, oldRoot: [UInt8]
    ) throws(TransparencyError) -> (old: Digest, new: Digest) {
        // The old tree's last perfect subtree; where it is the whole old tree, its root is not repeated in the proof.
        var path = hashes[...]
        let start = oldSize.nonzeroBitCount == 1 ? try oldRoot.digest("the earlier root") : path.removeFirst()
        var (node, last) = (oldSize - 1, newSize - 1)
        while node & 1 == 1 {
            node >>= 1
            last >>= 1
        }
        var (old, new) = (start, start)
        for sibling in path {
            guard last > 0 else { throw TransparencyError(.proofTooLong, "the root is reached before the proof ends") }
            if node & 1 == 1 || node == last {
                old = MerkleTree.nodeHash(sibling, old)
                new = MerkleTree.nodeHash(sibling, new)
                while node & 1 == 0, node > 0 {
                    node >>= 1
                    last >>= 1
                }
            } else {
                new = MerkleTree.nodeHash(new, sibling)
            }
            node >>= 1
            last >>= 1
        }
        guard last == 0 else { throw TransparencyError(.proofTooShort, "the proof ends before the root is reached") }
        return (old, new)
    }
}
