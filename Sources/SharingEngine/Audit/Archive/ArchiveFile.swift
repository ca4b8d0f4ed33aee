import Canonical
import Transparency

/// An evidence file that was verified, as an archive of the log.
public struct ArchiveFile: Sendable {
    /// SHA-256 of its bytes, its name in the log.
    public let digest: Digest
    /// Every position that it has, of the longest run that it has without a gap.
    public let positions: ClosedRange<Int64>
    let ledger: String
    let checkpoint: Checkpoint
}

/// Verifies an evidence file line by line, and notes what it has as an archive.
public struct ArchiveReader {
    private var verifier: EvidenceVerifier
    private var digest = DigestStream()
    /// The run that is being read, and the longest so far.
    private var (run, longest): (ClosedRange<Int64>?, ClosedRange<Int64>?) = (nil, nil)

    public init(trusting keys: [VerifierKey]) { verifier = EvidenceVerifier(trusting: keys) }

    /// Takes the next line, without its newline. Throws `EvidenceError`, which names the line.
    public mutating func add(_ line: [UInt8]) throws(EvidenceError) {
        digest.add(line)
        digest.add([UInt8(ascii: "\n")])
        var found: Int64?
        try verifier.add(line) { found = $0.position.rawValue }
        guard let found else { return }
        let run = run.flatMap { $0.upperBound + 1 == found ? $0.lowerBound...found : nil } ?? found...found
        self.run = run
        if run.count > longest?.count ?? 0 { longest = run }
    }

    /// Call it at the end of the file. Throws `EvidenceError` unless the file is what was signed, and has events.
    public func end() throws(EvidenceError) -> ArchiveFile {
        let report = try verifier.end()
        guard let checkpoint = report.checkpoint, let longest else {
            throw EvidenceError(.malformed, "the file discloses no event")
        }
        return ArchiveFile(digest: digest.digest, positions: longest, ledger: report.ledger, checkpoint: checkpoint)
    }
}
