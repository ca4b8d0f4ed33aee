import Canonical
import DeviceSharing
import EventLog
import PostgreSQL

/// Moves the data of old events out of the log into evidence files, and back. Needs the rights of the schema's owner.
///
/// What leaves is the data of finished share requests, whole streams within the file's run: users, devices and policies are
/// folded from their first event whenever they are asked for. Rows stay, with their leaf hashes: positions have no gaps, and
/// the tree is whole. Commands go on meanwhile.
public struct EventArchive: Sendable {
    /// Told after each piece: positions looked at so far, and how many there are.
    public typealias Progress = (_ done: Int64, _ total: Int64) -> Void

    private let engine: SharingEngine

    public init(_ engine: SharingEngine) { self.engine = engine }

    /// Positions looked at in one transaction.
    private static let page: Int64 = 10_000

    /// Detaches what the file has. What was interrupted goes on where it is called again. Returns how many events lost their
    /// data now. Throws `archive-unusable` where the file is of another log, or somebody still needs the data.
    public func detach(
        _ file: ArchiveFile, as context: CommandContext, progress: Progress = { _, _ in }
    ) async throws -> Int64 {
        try await check(file)
        _ = try await engine.perform(.detachEvents(file: file.digest, positions: file.positions), as: context)
        return try await withOwner { connection in
            var detached: Int64 = 0
            for first in stride(from: file.positions.lowerBound, through: file.positions.upperBound, by: Int(Self.page)) {
                let last = min(first + Self.page - 1, file.positions.upperBound)
                let row = try await connection.query(
                    "SELECT devshare.archive_detach($1, $2, $3, $4)", engine.ledger.key,
                    StreamID.archive(file.digest).name, first, last
                ).rows.first
                detached += try row?.decode(0, as: Int64.self) ?? 0
                progress(last - file.positions.lowerBound + 1, Int64(file.positions.count))
            }
            return detached
        }
    }

    /// The file leads to a signed root; the log must have had that root too.
    private func check(_ file: ArchiveFile) async throws {
        guard file.ledger == engine.ledger.name else {
            throw EngineError(.archiveUnusable, "the file is of ledger \(file.ledger), this is \(engine.ledger.name)")
        }
        guard try await engine.root(ofTreeOfSize: file.checkpoint.size) == file.checkpoint.root else {
            throw EngineError(
                .archiveUnusable, "the log does not have the root that the file was signed over; run `devshare audit verify`")
        }
        let waiting = try await engine.pool.withConnection { connection in
            try await connection.query(
                """
                SELECT s.url FROM devshare.webhook_subscription s
                 WHERE s.ledger = $1 AND s.state = 'active'
                   AND (s.position < $2 OR EXISTS (SELECT FROM devshare.webhook_delivery d
                                                    WHERE d.ledger = s.ledger AND d.subscription = s.subscription
                                                      AND d.position <= $2))
                 ORDER BY s.subscription LIMIT 1
                """, engine.ledger.key, file.positions.upperBound)
        }.rows
        if let row = waiting.first {
            throw EngineError(
                .archiveUnusable,
                "the webhook to \(try row.decode(0, as: String.self)) has not been sent every event of the file yet")
        }
    }

    /// Calls `body` with what the lines of a file are to be handed to, and records that the file's data are back. Returns how
    /// many events got their data now. Throws `archive-unusable` where the log lacks nothing on account of the file.
    public func attach(
        as context: CommandContext, reading body: (inout ArchiveAttachment) async throws -> Void
    ) async throws -> Int64 {
        let (file, attached) = try await withOwner { connection in
            var attachment = ArchiveAttachment(ledger: engine.ledger, connection: connection)
            try await body(&attachment)
            return (try await attachment.end(), attachment.attached)
        }
        guard try await engine.archives().contains(where: { $0.file == file && $0.archive.isDetached }) else {
            throw EngineError(.archiveUnusable, "the log lacks nothing on account of the file \(file)")
        }
        _ = try await engine.perform(.attachEvents(file: file), as: context)
        return attached
    }

    private nonisolated(nonsending) func withOwner<Value>(
        _ body: nonisolated(nonsending) (Connection) async throws -> Value
    ) async throws -> Value {
        let connection = try await Connection.connect(
            ConnectionConfiguration(connectionString: engine.configuration.connectionString, statementTimeout: nil))
        do {
            let value = try await body(connection)
            await connection.close()
            return value
        } catch {
            await connection.close()
            throw error
        }
    }
}
