import Canonical
import DeviceSharing

/// The digests of a run's stretches, event by event (see `Archive.Run.headers`).
struct ArchiveHeaders {
    private var stretch: Int64?
    private var digest = DigestStream()
    private var digests: [(stretch: Int64, digest: Digest)] = []

    /// Takes the next event of the run.
    /// - Parameter header: the leaf hash that it has without its data.
    mutating func add(_ header: Digest, at position: Int64) {
        let own = Archive.stretch(of: position)
        if own != stretch { close() }
        stretch = own
        digest.add(header.bytes)
    }

    /// Every stretch that had events.
    mutating func end() -> [(stretch: Int64, digest: Digest)] {
        close()
        stretch = nil
        return digests
    }

    private mutating func close() {
        if let stretch { digests.append((stretch, digest.digest)) }
        digest = DigestStream()
    }
}
