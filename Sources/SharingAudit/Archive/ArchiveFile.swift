import Canonical
import DeviceSharing
import EventLog
import SharingLog
import Transparency

/// An evidence file that was verified, as an archive of the log.
public struct ArchiveFile: Sendable {
    /// SHA-256 of its bytes, its name in the log.
    public let digest: Digest
    /// The longest run of positions that it has without a gap.
    public let run: Archive.Run
    let ledger: String
    let checkpoint: Checkpoint
}

/// Verifies an evidence file line by line, and notes what it has as an archive.
public struct ArchiveReader {
    private struct Run {
        var positions: ClosedRange<Int64>
        var headers = ArchiveHeaders()
    }

    private var verifier: EvidenceVerifier
    private var digest = DigestStream()
    private var encoding: LeafEncoding?
    /// The run that is being read, and the longest before it.
    private var (run, longest): (Run?, Run?) = (nil, nil)

    /// - Parameter origin: the log's name; nil for the name of the key that signed.
    public init(trusting keys: [VerifierKey], origin: String? = nil) {
        verifier = EvidenceVerifier(trusting: keys, origin: origin)
    }

    /// Takes the next line, without its newline. Throws `EvidenceError`, which names the line.
    public mutating func add(_ line: [UInt8]) throws(EvidenceError) {
        digest.add(line: line)
        var found: LedgerEvent?
        try verifier.add(line) { found = $0 }
        guard let found else { return }
        let position = found.position.rawValue
        let encoding = encoding ?? LeafEncoding(ledger: Ledger(key: 0, name: verifier.ledger))
        self.encoding = encoding
        if let end = run?.positions.upperBound, end == position - 1, let start = run?.positions.lowerBound {
            run?.positions = start...position
        } else {
            longest = longer
            run = Run(positions: position...position)
        }
        let header = encoding.hash(
            stream: found.stream.name, version: Int32(clamping: found.version), type: found.type,
            schemaVersion: Int16(clamping: found.schemaVersion), recordedAt: found.recordedAt,
            metadata: found.metadata.canonicalBytes(), data: [])
        run?.headers.add(header, at: position)
    }

    /// Call it at the end of the file. Throws `EvidenceError` unless the file is what was signed, and has events.
    public func end() throws(EvidenceError) -> ArchiveFile {
        let report = try verifier.end()
        guard let checkpoint = report.checkpoint, var longest = longer else {
            throw EvidenceError(.malformed, "the file discloses no event")
        }
        return ArchiveFile(
            digest: digest.digest,
            run: Archive.Run(positions: longest.positions, headers: longest.headers.end().map(\.digest)),
            ledger: report.ledger, checkpoint: checkpoint)
    }

    private var longer: Run? {
        guard let run, run.positions.count > longest?.positions.count ?? 0 else { return longest }
        return run
    }
}
