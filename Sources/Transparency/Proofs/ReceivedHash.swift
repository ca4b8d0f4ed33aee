import Canonical

extension [UInt8] {
    /// A hash that came from outside. Throws `malformed-hash`.
    func digest(_ what: String) throws(TransparencyError) -> Digest {
        guard let digest = Digest(bytes: self) else {
            throw TransparencyError(.malformedHash, "\(what) has \(count) bytes; a hash has \(Digest.byteCount)")
        }
        return digest
    }
}

extension [Digest] {
    /// The hashes of a proof that came from outside. Throws `malformed-hash`.
    init(received hashes: [[UInt8]]) throws(TransparencyError) {
        self = []
        for (place, hash) in hashes.enumerated() { append(try hash.digest("hash \(place) of the proof")) }
    }
}
