import Canonical
import DeviceSharing
import EventLog
import Foundation
import PostgreSQL
import StandardWebhooks

/// What is to be sent, as the database has it. Each call is one statement.
struct WebhookQueue: Sendable {
    let ledger: Ledger
    let pool: Pool

    /// An event that this process is to send, and nobody else as long as the lease holds.
    struct Claim: Sendable {
        let webhook: WebhookID
        let event: RecordedEvent
        let lease: UUID
        /// From 1.
        let attempt: Int
        /// Since the first attempt.
        let elapsed: Duration
        let url: String
        /// Whether the webhook is sent confidential types of event.
        let isConfidential: Bool
        /// The newest first.
        let secrets: [WebhookSecret]

        /// Whether the event may be sent: what was queued before there was a rule may not.
        var isPermitted: Bool { isConfidential || !DomainEvent.confidentialTypes.contains(event.type) }
    }

    /// Webhooks that have something to do.
    func ready() async throws -> [WebhookID] {
        try await rows("SELECT * FROM devshare.webhook_ready($1)", [ledger.key]).map { WebhookID(try $0.decode(0)) }
    }

    /// Moves a webhook's cursor on, and returns how many events are left to look at.
    func fanOut(_ webhook: WebhookID, limit: Int) async throws -> Int64 {
        let rows = try await rows(
            "SELECT devshare.webhook_fan_out($1, $2, $3, $4)",
            [ledger.key, webhook.uuid, Int32(clamping: limit), DomainEvent.confidentialTypes])
        return try rows.first?.decode(0) ?? 0
    }

    /// Leases what is due, at most `limit` events, each of another stream.
    func claim(_ webhook: WebhookID, limit: Int, lease: Duration) async throws -> [Claim] {
        try await rows(
            "SELECT * FROM devshare.webhook_claim($1, $2, $3, $4)",
            [ledger.key, webhook.uuid, Int32(clamping: limit), lease.wholeMilliseconds]
        ).map { try Claim(webhook, $0) }
    }

    /// Settles claims of one webhook as sent, in one transaction.
    func delivered(_ claims: [Claim]) async throws {
        guard let webhook = claims.first?.webhook else { return }
        // In the order of streams, as the fan-out takes its locks.
        let claims = claims.sorted { $0.event.stream.utf8.lexicographicallyPrecedes($1.event.stream.utf8) }
        _ = try await rows(
            """
            SELECT devshare.webhook_delivered($1, $2, s.stream, s.lease, $5)
              FROM unnest($3::text[], $4::uuid[]) AS s(stream, lease)
            """,
            [
                ledger.key, webhook.uuid, claims.map(\.event.stream), claims.map(\.lease), DomainEvent.confidentialTypes,
            ])
    }

    /// Settles a claim as not sent: to be tried again after a delay, or parked where that is nil.
    func failed(_ claim: Claim, _ problem: SendingProblem, status: Int?, retryAfter delay: Duration?) async throws {
        _ = try await rows(
            "SELECT devshare.webhook_failed($1, $2, $3, $4, $5, $6, $7)",
            [
                ledger.key, claim.webhook.uuid, claim.event.stream, claim.lease, delay?.wholeMilliseconds,
                status.map { Int16(clamping: $0) }, problem.description,
            ])
    }

    private func rows(_ sql: String, _ parameters: [any PostgresEncodable]) async throws -> [Row] {
        let statement = Statement(sql, parameters)
        let result = try await pool.withConnection { connection in try await connection.query(statement) }
        return Array(result.rows)
    }
}

extension WebhookQueue.Claim {
    fileprivate init(_ webhook: WebhookID, _ row: Row) throws {
        self.webhook = webhook
        event = try EventColumns.decode(row)
        lease = try row.decode(9)
        attempt = Int(try row.decode(10, as: Int32.self))
        elapsed = .milliseconds(try row.decode(11, as: Int64.self))
        url = try row.decode(12)
        isConfidential = try row.decode(13)
        let secrets: [[UInt8]?] = [try row.decode(14), try row.decode(15)]
        self.secrets = secrets.compactMap { $0.flatMap { WebhookSecret(bytes: $0) } }
    }
}
