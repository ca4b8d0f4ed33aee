import Canonical
import DeviceSharing
import EventLog
import PostgreSQL
import SharingLog

/// An archive as the log tells of it.
public struct ArchiveEntry: Hashable, Sendable {
    /// SHA-256 of the evidence file.
    public let file: Digest
    public let archive: Archive
    /// When it was detached or attached, and by whom.
    public let changedAt: Timestamp
    public let actor: String?
}

extension LedgerHandle {
    /// Every archive that was ever detached, in the order of their runs.
    public func archives() async throws -> [ArchiveEntry] {
        try await ArchiveEntry.read(reader)
    }

    /// How many events of an archive's run have their data in an archive, and not in the log; 0 where it was attached.
    public func detachedEvents(of entry: ArchiveEntry) async throws -> Int64 {
        guard entry.archive.isDetached else { return 0 }
        let positions = entry.archive.run.positions
        let rows = try await pool.withConnection { connection in
            try await connection.query(
                "SELECT count(*) FROM devshare.event WHERE ledger = $1 AND position BETWEEN $2 AND $3 AND data = ''",
                ledger.key, positions.lowerBound, positions.upperBound)
        }.rows
        return try rows[0].decode(0)
    }
}

extension ArchiveEntry {
    /// Throws `event-unreadable`.
    static func read(_ reader: EventReader) async throws -> [ArchiveEntry] {
        fold(try await reader.family("archive").map(LedgerEvent.init))
    }

    /// The same of a ledger that may be damaged: what cannot be read, or does not give its leaf hash, or stands where it cannot
    /// have been recorded, permits nothing. Whoever verifies comes upon the event itself and names it.
    static func readWhatIsGood(_ reader: EventReader) async throws -> [ArchiveEntry] {
        fold(
            try await reader.family("archive").compactMap { recorded in
                guard recorded.computedLeafHash(in: reader.ledger) == recorded.leafHash,
                    let event = try? LedgerEvent(recorded)
                else { return nil }
                if case .archive(.detached(let run))? = event.event, event.position.rawValue <= run.positions.upperBound {
                    return nil
                }
                return event
            })
    }

    private static func fold(_ events: [LedgerEvent]) -> [ArchiveEntry] {
        var entries: [Digest: ArchiveEntry] = [:]
        for event in events {
            guard case .archive(let file) = event.stream, case .archive(let change)? = event.event,
                let archive = Archive.evolve(entries[file]?.archive, change)
            else { continue }
            entries[file] = ArchiveEntry(file: file, archive: archive, changedAt: event.recordedAt, actor: event.actor)
        }
        return entries.values.sorted {
            ($0.archive.run.positions.lowerBound, $0.changedAt) < ($1.archive.run.positions.lowerBound, $1.changedAt)
        }
    }
}
