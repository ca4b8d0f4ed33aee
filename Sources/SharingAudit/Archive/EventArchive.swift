import Canonical
import DeviceSharing
import EventLog
import PostgreSQL
import SharingLog

/// Moves the data of old events out of the log into evidence files, and back. Needs the rights of the schema's owner.
///
/// What leaves is the data of finished share requests, whole streams within the file's run: users, devices and policies are
/// folded from their first event whenever they are asked for. Rows stay, with their leaf hashes: positions have no gaps, and
/// the tree is whole. Commands go on meanwhile.
public struct EventArchive: Sendable {
    /// Told after each piece: positions looked at so far, and how many there are.
    public typealias Progress = (_ done: Int64, _ total: Int64) -> Void

    /// Records in the log what is moved: the engine's commands do.
    public struct Journal: Sendable {
        /// Records that the events of a run leave for the file of this digest.
        let detach: @Sendable (_ file: Digest, _ run: Archive.Run) async throws -> Void
        /// Records that the events of the file of this digest are back.
        let attach: @Sendable (_ file: Digest) async throws -> Void

        public init(
            detach: @Sendable @escaping (_ file: Digest, _ run: Archive.Run) async throws -> Void,
            attach: @Sendable @escaping (_ file: Digest) async throws -> Void
        ) {
            self.detach = detach
            self.attach = attach
        }
    }

    private let log: LedgerHandle
    private let journal: Journal

    public init(_ log: LedgerHandle, journal: Journal) {
        self.log = log
        self.journal = journal
    }

    /// Positions looked at in one transaction.
    private static let page: Int64 = 10_000

    /// Detaches what the file has. What was interrupted goes on where it is called again. Returns how many events lost their
    /// data now. Throws `archive-unusable`, and records nothing, where the file is of another log, nothing of it would leave, or
    /// somebody still needs the data.
    public func detach(_ file: ArchiveFile, progress: Progress = { _, _ in }) async throws -> Int64 {
        try await check(file)
        return try await withOwner { connection in
            try await checkEffect(of: file, connection)
            try await journal.detach(file.digest, file.run)
            var detached: Int64 = 0
            let positions = file.run.positions
            for first in stride(from: positions.lowerBound, through: positions.upperBound, by: Int(Self.page)) {
                let last = min(first + Self.page - 1, positions.upperBound)
                let row = try await connection.query(
                    "SELECT devshare.archive_detach($1, $2, $3, $4)", log.ledger.key,
                    StreamID.archive(file.digest).name, first, last
                ).rows.first
                detached += try row?.decode(0, as: Int64.self) ?? 0
                progress(last - positions.lowerBound + 1, Int64(positions.count))
            }
            return detached
        }
    }

    /// The file leads to a signed root; the log must have had that root too.
    private func check(_ file: ArchiveFile) async throws {
        guard file.ledger == log.ledger.name else {
            throw EngineError(.archiveUnusable, "the file is of ledger \(file.ledger), this is \(log.ledger.name)")
        }
        guard try await log.root(ofTreeOfSize: file.checkpoint.size) == file.checkpoint.root else {
            throw EngineError(
                .archiveUnusable, "the log does not have the root that the file was signed over; run `devshare audit verify`")
        }
        let waiting = try await log.pool.withConnection { connection in
            try await connection.query(
                """
                SELECT s.url FROM devshare.webhook_subscription s
                 WHERE s.ledger = $1 AND s.state = 'active'
                   AND (s.position < $2 OR EXISTS (SELECT FROM devshare.webhook_delivery d
                                                    WHERE d.ledger = s.ledger AND d.subscription = s.subscription
                                                      AND d.position <= $2))
                 ORDER BY s.subscription LIMIT 1
                """, log.ledger.key, file.run.positions.upperBound)
        }.rows
        if let row = waiting.first {
            throw EngineError(
                .archiveUnusable,
                "the webhook to \(try row.decode(0, as: String.self)) has not been sent every event of the file yet")
        }
    }

    /// Throws `archive-unusable` where nothing would leave on account of a file that the log does not name as detached: it would
    /// be named for good, as if it had what the log has. The conditions are those of `devshare.archive_detach`.
    private func checkEffect(of file: ArchiveFile, _ connection: Connection) async throws {
        if try await log.archives().contains(where: { $0.file == file.digest && $0.archive.isDetached }) { return }
        let positions = file.run.positions
        let row = try await connection.query(
            """
            SELECT EXISTS (
                SELECT FROM devshare.event e
                 WHERE e.ledger = $1 AND e.position BETWEEN $2 AND $3 AND e.version = 1 AND e.data <> ''
                   AND e.stream >= 'share-request/' AND e.stream < 'share-request0'
                   AND (SELECT r.state FROM devshare.share_request r
                         WHERE r.ledger = e.ledger AND r.request = substr(e.stream, 15)::uuid)
                       IN ('rejected', 'withdrawn', 'expired', 'ended')
                   AND (SELECT l.position FROM devshare.event l
                         WHERE l.ledger = e.ledger AND l.stream = e.stream ORDER BY l.version DESC LIMIT 1) <= $3)
            """, log.ledger.key, positions.lowerBound, positions.upperBound
        ).rows[0]
        guard try row.decode(0) else {
            throw EngineError(
                .archiveUnusable,
                """
                nothing in this file can leave the log: no finished request whose data are still there lies as a whole within \
                its run, positions \(positions.lowerBound) to \(positions.upperBound)
                """)
        }
    }

    /// Puts the data of a file back, and records it. `body` is called twice with what the lines of the file are to be handed to:
    /// first to find which archive it is. Returns how many events got their data now. Throws `archive-unusable` where the log
    /// lacks nothing on account of the file.
    public func attach(
        reading body: (inout ArchiveAttachment) async throws -> Void
    ) async throws -> Int64 {
        var reading = ArchiveAttachment(ledger: log.ledger, connection: nil)
        try await body(&reading)
        let file = try await reading.end()
        guard try await log.archives().contains(where: { $0.file == file && $0.archive.isDetached }) else {
            throw EngineError(.archiveUnusable, "the log lacks nothing on account of the file \(file)")
        }
        return try await withOwner { connection in
            var attachment = ArchiveAttachment(ledger: log.ledger, connection: connection)
            try await body(&attachment)
            guard try await attachment.end() == file else {
                throw EngineError(.archiveUnusable, "the file changed while it was read")
            }
            try await journal.attach(file)
            return attachment.attached
        }
    }

    /// Sets the lock of archives apart from other advisory locks ("arch" in ASCII); its second key is the ledger's.
    private static let lock: Int32 = 0x6172_6368

    /// A connection of the owner, which is the only one that moves data of the ledger. Throws `archive-unusable` before anything
    /// is recorded where the rights are missing, or somebody else is at it.
    private nonisolated(nonsending) func withOwner<Value>(
        _ body: nonisolated(nonsending) (Connection) async throws -> Value
    ) async throws -> Value {
        let owner = ConnectionConfiguration(connectionString: log.settings.connectionString, statementTimeout: nil)
        do {
            return try await Connection.withConnection(owner) { connection in
                try await checkRights(connection)
                return try await body(connection)
            }
        } catch let error as PostgreSQLError where error.sqlState == Self.notWhatWasRecorded {
            throw EngineError(.archiveUnusable, "\(error.message); run `devshare audit verify`")
        }
    }

    private func checkRights(_ connection: Connection) async throws {
        let row = try await connection.query(
            """
            SELECT has_table_privilege('devshare.event', 'UPDATE')
                   AND has_function_privilege('devshare.archive_detach(integer, text, bigint, bigint)', 'EXECUTE')
            """
        ).rows[0]
        guard try row.decode(0) else {
            throw EngineError(.archiveUnusable, "only the owner of the schema may move data; connect as the owner")
        }
        guard try await connection.takeSessionLock(Self.lock, log.ledger.key) else {
            throw EngineError(.archiveUnusable, "another archive of this ledger is at work; try again when it is done")
        }
    }

    /// How the database refuses data that do not give their leaf hash (`Schema/functions/log/event_change.sql`).
    private static let notWhatWasRecorded = SQLState(rawValue: "DS005")
}
