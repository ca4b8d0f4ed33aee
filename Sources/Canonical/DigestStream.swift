import Crypto

/// A digest of what comes in pieces.
package struct DigestStream {
    private var hasher = SHA256()

    package init() {}

    package mutating func add(_ bytes: [UInt8]) { bytes.withUnsafeBytes { hasher.update(bufferPointer: $0) } }

    /// Of everything so far.
    package var digest: Digest { Digest(hasher.finalize()) }
}
