import Canonical
import DeviceSharing
import EventLog
import PostgreSQL
import SharingLog

/// Measures from time to time what no single command can tell.
struct MetricsSampler: Sendable {
    let engine: SharingEngine

    func run() async {
        var failure = RepeatedFailure(engine.configuration.logger, "the database could not be measured")
        while !Task.isCancelled {
            let error = await engine.sampleMetrics()
            if Task.isCancelled { return }
            if let error { failure.log(error) } else { failure.end() }
            // Cancellation ends the sleep, and then the loop.
            try? await Task.sleep(for: engine.configuration.limits.metricsInterval)
        }
    }
}

extension SharingEngine {
    /// Takes a sample now, and returns why the database is not in it.
    @discardableResult
    func sampleMetrics() async -> (any Error)? {
        let queue = await queue.usage
        let pool = await pool.usage
        var (database, failure): (MetricsSample.Database?, (any Error)?)
        do {
            database = try await MetricsQuery(ledger: ledger, pool: self.pool).sample(clock)
        } catch {
            failure = error
        }
        metrics.sample(
            MetricsSample(
                queueLength: queue.waiting, queueAge: queue.age, lentConnections: pool.lent, idleConnections: pool.idle,
                waitingForConnection: pool.waiting,
                followerLags: database.map { followers.lags(behind: $0.head) } ?? [],
                database: database))
        return failure
    }
}

/// What of the metrics only the database knows.
struct MetricsQuery: Sendable {
    let ledger: Ledger
    let pool: Pool

    func sample(_ clock: LedgerClock) async throws -> MetricsSample.Database {
        let statement = Statement(
            """
            SELECT l.position, p.number, p.oldest,
                   l.position - coalesce((SELECT max(size) FROM devshare.checkpoint WHERE ledger = $1), 0),
                   clock_timestamp(),
                   (SELECT min(xact_start) FROM pg_stat_activity
                     WHERE (backend_xmin IS NOT NULL OR backend_xid IS NOT NULL) AND backend_type = 'client backend'
                       AND pid <> pg_backend_pid() AND datname = current_database())
              FROM devshare.ledger l,
                   (SELECT count(*) AS number, min(submitted_at) AS oldest FROM devshare.share_request
                     WHERE ledger = $1 AND state = 'compliance-pending') p
             WHERE l.ledger = $1
            """, [ledger.key])
        let (result, now, half) = try await pool.withConnection { connection in
            let before = clock.unchecked
            let result = try await connection.query(statement)
            let after = clock.unchecked
            return (result, after, after.duration(since: before) / 2)
        }
        guard let row = result.rows.first else {
            throw EventLogError(.ledgerNotFound, "there is no ledger named \"\(ledger.name)\"")
        }
        let head = Position(rawValue: try row.decode(0))
        let oldest: Timestamp? = try row.decode(2)
        let databaseNow: Timestamp = try row.decode(4)
        let snapshot: Timestamp? = try row.decode(5)
        return MetricsSample.Database(
            head: head, pendingRequests: try row.decode(1),
            pendingAge: oldest.map { max(now.duration(since: $0), .zero) } ?? .zero,
            unsealedEvents: try row.decode(3),
            // The answer was made half way between the question and its arrival.
            clockSkew: now.duration(since: databaseNow) - half,
            oldestSnapshotAge: snapshot.map { max(databaseNow.duration(since: $0), .zero) })
    }
}
