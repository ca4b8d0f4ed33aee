import Canonical

/// What of a tree is needed to append to it: the roots of the perfect subtrees along its right edge, as many as the size has
/// bits set. Appending a leaf costs one hash on average, and memory grows with the logarithm of the size.
package struct Frontier: Hashable, Sendable {
    /// Leaves so far.
    package private(set) var size: UInt64 = 0

    /// Roots of the perfect subtrees, the largest, which is the leftmost, first.
    package private(set) var peaks: [Digest] = []

    package init() {}

    /// The frontier of a tree whose right edge is known. Nil unless there is a peak for each bit of the size.
    package init?(size: UInt64, peaks: [Digest]) {
        guard peaks.count == size.nonzeroBitCount else { return nil }
        self.size = size
        self.peaks = peaks
    }

    package mutating func append(_ leafHash: Digest) {
        var hash = leafHash
        var rest = size
        while rest & 1 == 1, let left = peaks.popLast() {
            hash = MerkleTree.nodeHash(left, hash)
            rest >>= 1
        }
        peaks.append(hash)
        size += 1
    }

    /// Appends a tree of `count` leaves, known by its own right edge: what several hands have hashed side by side. Nil where the
    /// tree does not fit: it must begin where a subtree of its height does, and its peaks be as many as its size says.
    package func appending(_ count: UInt64, peaks added: [Digest]) -> Frontier? {
        guard added.count == count.nonzeroBitCount else { return nil }
        guard count > 0 else { return self }
        let height = UInt64(count.nonzeroBitCount == 1 ? count.highestBit : count.highestBit + 1)
        guard size & ((1 << height) - 1) == 0 else { return nil }
        var joined = self
        joined.size += count
        guard count.nonzeroBitCount == 1, var hash = added.first else {
            joined.peaks += added
            return joined
        }
        var rest = size >> height
        while rest & 1 == 1, let left = joined.peaks.popLast() {
            hash = MerkleTree.nodeHash(left, hash)
            rest >>= 1
        }
        joined.peaks.append(hash)
        return joined
    }

    /// The Merkle Tree Hash of the leaves so far.
    package var root: Digest {
        guard var root = peaks.last else { return MerkleTree.emptyRoot }
        for left in peaks.dropLast().reversed() { root = MerkleTree.nodeHash(left, root) }
        return root
    }
}
