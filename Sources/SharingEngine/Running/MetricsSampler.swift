import Canonical
import DeviceSharing
import EventLog
import PostgreSQL

/// Measures from time to time what no single command can tell.
struct MetricsSampler: Sendable {
    let engine: SharingEngine

    func run() async {
        while !Task.isCancelled {
            await engine.sampleMetrics()
            // Cancellation ends the sleep, and then the loop.
            try? await Task.sleep(for: engine.configuration.limits.metricsInterval)
        }
    }
}

extension SharingEngine {
    /// Takes a sample now.
    func sampleMetrics() async {
        let queue = await queue.usage
        let pool = await pool.usage
        var database: MetricsSample.Database?
        do {
            database = try await MetricsQuery(ledger: ledger, pool: self.pool).sample(at: clock.now())
        } catch {
            guard !Task.isCancelled else { return }
            configuration.logger.warning("the database could not be measured", metadata: ["error": "\(error)"])
        }
        metrics.sample(
            MetricsSample(
                queueLength: queue.waiting, queueAge: queue.age, lentConnections: pool.lent, idleConnections: pool.idle,
                waitingForConnection: pool.waiting,
                followerLags: database.map { followers.lags(behind: $0.head) } ?? [],
                database: database))
    }
}

/// What of the metrics only the database knows.
struct MetricsQuery: Sendable {
    let ledger: Ledger
    let pool: Pool

    func sample(at now: Timestamp) async throws -> MetricsSample.Database {
        let statement = Statement(
            """
            SELECT l.position, p.number, p.oldest,
                   l.position - coalesce((SELECT max(size) FROM devshare.checkpoint WHERE ledger = $1), 0)
              FROM devshare.ledger l,
                   (SELECT count(*) AS number, min(submitted_at) AS oldest FROM devshare.share_request
                     WHERE ledger = $1 AND state = 'compliance-pending') p
             WHERE l.ledger = $1
            """, [ledger.key])
        let result = try await pool.withConnection { connection in try await connection.query(statement) }
        guard let row = result.rows.first else {
            throw EventLogError(.ledgerNotFound, "there is no ledger named \"\(ledger.name)\"")
        }
        let head = Position(rawValue: try row.decode(0))
        let oldest: Timestamp? = try row.decode(2)
        return MetricsSample.Database(
            head: head, pendingRequests: try row.decode(1),
            pendingAge: oldest.map { max(now.duration(since: $0), .zero) } ?? .zero,
            unsealedEvents: try row.decode(3))
    }
}
