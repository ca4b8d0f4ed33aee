import Canonical
import DeviceSharing
import EventLog
import PostgreSQL
import SharingLog

/// Checks events whose data are gone: that an archive has them, and that the rest of their rows is what it was.
struct ArchivedRows: Sendable {
    let ledger: Ledger
    let pool: Pool

    /// - Parameters:
    ///   - emptied: positions without data, in order.
    ///   - chunk: the positions that they are among; stretches of archives do not cross its ends.
    func findings(_ emptied: [Int64], in chunk: ClosedRange<Int64>) async throws -> AuditFindings {
        var findings = AuditFindings()
        guard !emptied.isEmpty else { return findings }
        let reader = EventReader(ledger: ledger, pool: pool)
        // Read behind the rows: what permits data to leave was recorded before they did.
        let archives = try await ArchiveEntry.readWhatIsGood(reader).filter { entry in
            entry.archive.isDetached && entry.archive.run.positions.overlaps(chunk)
        }
        for position in emptied where !archives.contains(where: { $0.archive.covers(position) }) {
            findings.add(Self.dataMissing(at: Position(rawValue: position)))
        }
        var headers = archives.map { _ in ArchiveHeaders() }
        let encoding = LeafEncoding(ledger: ledger)
        headers = try await reader.copy(
            after: Position(rawValue: chunk.lowerBound - 1), through: Position(rawValue: chunk.upperBound)
        ) { batches in
            var (headers, buffer) = (headers, [UInt8]())
            for try await batch in batches {
                try batch.forEach { event in
                    for (number, entry) in archives.enumerated() where entry.archive.covers(event.position.rawValue) {
                        let header = encoding.header(event, buffer: &buffer)
                        headers[number].add(header, at: event.position.rawValue)
                    }
                }
            }
            return headers
        }
        for (number, entry) in archives.enumerated() {
            for (stretch, digest) in headers[number].end() where entry.archive.run.header(ofStretch: stretch) != digest {
                findings.add(Self.rowsDiffer(in: stretch, of: entry))
            }
        }
        return findings
    }

    /// What the log says of a file against the file.
    static func findings(on file: ArchiveFile, _ archives: [ArchiveEntry]) -> AuditFindings {
        var findings = AuditFindings()
        let entry = archives.first { $0.file == file.digest }
        if entry?.archive.run != file.run {
            let what = entry == nil ? "the log does not name it" : "the log says that its events were others"
            findings.add(
                AuditFinding(
                    .archivedEventDiffers, at: Position(rawValue: file.run.positions.lowerBound),
                    "the archive \(file.digest): \(what)"))
        }
        return findings
    }

    static func dataMissing(at position: Position) -> AuditFinding {
        AuditFinding(.dataMissing, at: position, "the data of the event are missing, and no archive has them")
    }

    private static func rowsDiffer(in stretch: Int64, of entry: ArchiveEntry) -> AuditFinding {
        let whole = stretch * Archive.stretchLength + 1...(stretch + 1) * Archive.stretchLength
        let part = whole.clamped(to: entry.archive.run.positions)
        return AuditFinding(
            .archivedEventDiffers, at: Position(rawValue: part.lowerBound),
            "of the events \(part.lowerBound) to \(part.upperBound), which the archive \(entry.file) has, one is not what it was: bring its data back to see which"
        )
    }
}
