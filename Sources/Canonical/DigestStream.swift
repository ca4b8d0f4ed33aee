import Crypto

/// A digest of what comes in pieces.
package struct DigestStream {
    private var hasher = SHA256()

    package init() {}

    package mutating func add(_ bytes: [UInt8]) { bytes.withUnsafeBytes { hasher.update(bufferPointer: $0) } }

    /// A line of a file, without its newline, and the newline.
    package mutating func add(line: [UInt8]) {
        add(line)
        add([UInt8(ascii: "\n")])
    }

    /// Of everything so far.
    package var digest: Digest { Digest(hasher.finalize()) }
}
