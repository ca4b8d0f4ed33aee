import Canonical
import EventLog
import PostgreSQL
import TestSupport

/// A migrated database with its ledger, and short ways to write to it.
struct LogFixture: Sendable {
    let database: TestDatabase
    let pool: Pool
    let ledger: Ledger
    let reader: EventReader

    init(connections: Int = 10) async throws {
        database = try await TestDatabase.migrated()
        pool = database.pool(maximumConnections: connections, waitDeadline: .seconds(60))
        ledger = try await LedgerDirectory(pool: pool).ledger(named: Ledger.defaultName)
        reader = EventReader(ledger: ledger, pool: pool)
    }

    /// Appends commands as one batch.
    @discardableResult
    func append(_ commands: [AppendCommand], at moment: Timestamp = Timestamp(microseconds: 1_795_491_822_123_456)) async throws
        -> [AppendOutcome]
    {
        var batch = AppendBatch(ledger: ledger, recordedAt: moment)
        for command in commands { batch.add(command) }
        let statement = batch.statement
        let result = try await pool.withConnection { connection in
            let result = try await connection.query(statement)
            // As an engine does, after the commit.
            _ = try await connection.query("SELECT pg_notify($1, '')", ledger.channel)
            return result
        }
        return try batch.outcomes(result)
    }

    /// Appends so many events to a stream, whatever its version is, a few in a batch.
    func append(events count: Int, to stream: String, batch size: Int = 100) async throws {
        var version = try await reader.stream(stream).last?.version ?? 0
        let end = version + Int32(count)
        while version < end {
            let next = min(end, version + Int32(size))
            let outcomes = try await append([command(writes: [(stream, version, Int(next - version))])])
            if outcomes[0].isAppended { version = next } else { version = try await reader.stream(stream).last?.version ?? 0 }
        }
    }

    func head() async throws -> LedgerHead { try await LedgerDirectory(pool: pool).head(of: ledger) }

    func close() async { await pool.shutdown() }
}

/// A command that saw streams at versions, and writes so many events to each.
func command(
    reads: [(stream: String, version: Int32)] = [], writes: [(stream: String, version: Int32, count: Int)] = [],
    key: String? = nil, digest: Digest = Digest(sha256: [UInt8]("command".utf8)), metadata: String = #"{"actor":"test"}"#
) -> AppendCommand {
    AppendCommand(
        conditions: (reads.map { ($0.stream, $0.version) } + writes.map { ($0.stream, $0.version) })
            .map { StreamCondition(stream: $0.0, version: $0.1) },
        events: writes.flatMap { write in
            (0..<write.count).map { number in
                AppendEvent(
                    stream: write.stream, type: "thing-happened", schemaVersion: 1, data: Array(#"{"n":\#(number)}"#.utf8))
            }
        },
        metadata: Array(metadata.utf8),
        idempotency: key.map { IdempotencyClaim(key: $0, digest: digest, subject: writes.first?.stream ?? "nothing/1") })
}

extension Position {
    init(_ rawValue: Int64) { self.init(rawValue: rawValue) }
}

/// What must hold of every log, asked of the database itself.
func checkInvariants(_ fixture: LogFixture, context: String = "") async throws -> [String] {
    let row = try await fixture.pool.withConnection { connection in
        try await connection.query(
            """
            SELECT (SELECT count(*) FROM (SELECT position, row_number() OVER (PARTITION BY ledger ORDER BY position) AS due
                                            FROM devshare.event) e WHERE position <> due),
                   (SELECT count(*) FROM (SELECT version, row_number() OVER (PARTITION BY ledger, stream ORDER BY position) AS due
                                            FROM devshare.event) e WHERE version <> due),
                   (SELECT count(*) FROM devshare.ledger l
                     WHERE l.position <> (SELECT coalesce(max(position), 0) FROM devshare.event e WHERE e.ledger = l.ledger)),
                   (SELECT count(*) FROM devshare.idempotency_record r JOIN devshare.ledger l USING (ledger)
                     WHERE r.last_position > l.position OR r.first_position > r.last_position + 1)
            """
        ).rows[0]
    }
    let names = ["gaps in positions", "gaps in versions", "wrong heads", "idempotency records of nothing"]
    return try names.enumerated().compactMap { index, name in
        let count: Int = try row.decode(index)
        return count == 0 ? nil : "\(count) \(name) \(context)"
    }
}
