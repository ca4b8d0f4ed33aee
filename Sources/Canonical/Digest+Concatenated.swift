extension [Digest] {
    /// Digests that stand one behind the other. Nil where the bytes are no number of them.
    package init?(concatenated bytes: [UInt8]) {
        guard bytes.count.isMultiple(of: Digest.byteCount) else { return nil }
        self = bytes.withUnsafeBytes { bytes in
            stride(from: 0, to: bytes.count, by: Digest.byteCount).compactMap {
                Digest(bytes: UnsafeRawBufferPointer(rebasing: bytes[$0..<$0 + Digest.byteCount]))
            }
        }
    }

    /// The digests' bytes, one behind the other.
    package var concatenated: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count * Digest.byteCount)
        for hash in self { hash.withUnsafeBytes { bytes.append(contentsOf: $0) } }
        return bytes
    }
}
