import Canonical

/// Which subtrees' hashes a proof consists of, before any hash is at hand: so that what holds them can be read at once.
package struct ProofPlan: Hashable, Sendable {
    /// The leaves that each hash of the proof covers, in the proof's order.
    package let subtrees: [Range<UInt64>]

    /// `PATH(m, D[n])` of RFC 6962, section 2.1.1. Throws `index-out-of-range`.
    package static func inclusion(of index: UInt64, in size: UInt64) throws(TransparencyError) -> ProofPlan {
        guard index < size else {
            throw TransparencyError(.indexOutOfRange, "there is no leaf \(index) in a tree of \(size) leaves")
        }
        var subtrees: [Range<UInt64>] = []
        var (start, count) = (UInt64(0), size)
        while count > 1 {
            let split = count.split
            if index < start + split {
                subtrees.append(start + split..<start + count)
                count = split
            } else {
                subtrees.append(start..<start + split)
                start += split
                count -= split
            }
        }
        return ProofPlan(subtrees: subtrees.reversed())
    }

    /// `PROOF(m, D[n])` of RFC 6962, section 2.1.2; empty for trees of one size. Throws `sizes-reversed` and `empty-tree`.
    package static func consistency(from oldSize: UInt64, to newSize: UInt64) throws(TransparencyError) -> ProofPlan {
        guard oldSize <= newSize else {
            throw TransparencyError(.sizesReversed, "a tree of \(newSize) leaves cannot extend one of \(oldSize)")
        }
        guard oldSize > 0 else {
            throw TransparencyError(.emptyTree, "every tree extends the empty one: there is nothing to prove")
        }
        var subtrees: [Range<UInt64>] = []
        var (start, old, count) = (UInt64(0), oldSize, newSize)
        var isWholeOldTree = true
        while old < count {
            let split = count.split
            if old <= split {
                subtrees.append(start + split..<start + count)
                count = split
            } else {
                subtrees.append(start..<start + split)
                start += split
                old -= split
                count -= split
                isWholeOldTree = false
            }
        }
        if !isWholeOldTree { subtrees.append(start..<start + count) }
        return ProofPlan(subtrees: subtrees.reversed())
    }

    /// The perfect subtrees that the hashes are made of.
    package var nodes: [TreeNode] { subtrees.flatMap(TreeNode.covering) }

    /// The proof's hashes, by the hash of each perfect subtree.
    package func hashes(
        _ hash: (TreeNode) throws(TransparencyError) -> Digest
    ) throws(TransparencyError) -> [Digest] {
        var hashes: [Digest] = []
        hashes.reserveCapacity(subtrees.count)
        for subtree in subtrees { hashes.append(try Self.root(of: subtree, hash)) }
        return hashes
    }

    /// The hash of a subtree, which need not be perfect: its perfect parts joined from the right.
    package static func root(
        of subtree: Range<UInt64>, _ hash: (TreeNode) throws(TransparencyError) -> Digest
    ) throws(TransparencyError) -> Digest {
        var parts = TreeNode.covering(subtree)[...]
        guard let last = parts.popLast() else { return MerkleTree.emptyRoot }
        var root = try hash(last)
        while let left = parts.popLast() { root = MerkleTree.nodeHash(try hash(left), root) }
        return root
    }
}
