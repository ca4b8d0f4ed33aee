import Canonical

/// The hashes of RFC 6962, section 2.1, over SHA-256.
package enum MerkleTree {
    private static let leafPrefix: UInt8 = 0x00
    private static let nodePrefix: UInt8 = 0x01

    /// The root of the tree without leaves: `MTH({}) = SHA-256()`.
    package static let emptyRoot = Digest(sha256: [])

    /// The hash of a leaf: `SHA-256(0x00 || leaf)`.
    package static func leafHash(_ leaf: [UInt8]) -> Digest { Digest(sha256: [leafPrefix] + leaf) }

    /// The hash of an inner node: `SHA-256(0x01 || left || right)`.
    package static func nodeHash(_ left: Digest, _ right: Digest) -> Digest {
        withUnsafeTemporaryAllocation(byteCount: 1 + 2 * Digest.byteCount, alignment: 8) { buffer in
            buffer[0] = nodePrefix
            left.withUnsafeBytes { UnsafeMutableRawBufferPointer(rebasing: buffer[1...]).copyMemory(from: $0) }
            right.withUnsafeBytes {
                UnsafeMutableRawBufferPointer(rebasing: buffer[(1 + Digest.byteCount)...]).copyMemory(from: $0)
            }
            return Digest(sha256: UnsafeRawBufferPointer(buffer))
        }
    }

    /// The root over hashes of leaves, or of perfect subtrees of one height.
    package static func root(_ hashes: some Sequence<Digest>) -> Digest {
        var frontier = Frontier()
        for hash in hashes { frontier.append(hash) }
        return frontier.root
    }
}
