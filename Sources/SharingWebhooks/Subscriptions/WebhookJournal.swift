import Canonical
import DeviceSharing
import EventLog
import PostgreSQL
import SharingLog

/// Records what happens to webhooks: each event in one transaction with the change of the tables that it tells of, so that
/// neither is ever there without the other.
struct WebhookJournal: Sendable {
    private let ledger: Ledger
    private let pool: Pool
    private let clock: LedgerClock

    /// - Parameter pool: nil for the connections of the log.
    init(_ log: LedgerHandle, pool: Pool? = nil) {
        ledger = log.ledger
        self.pool = pool ?? log.pool
        clock = log.clock
    }

    /// How often an order is tried that others overtake.
    private static let attempts = 10

    /// Another order about the same webhook came first.
    private struct Overtaken: Error {}

    /// Appends the event and then makes the change.
    ///
    /// The append comes first, since it holds the ledger's lock from then on: orders about webhooks follow one another, and each
    /// sees what those before it did.
    /// - Parameter change: what it throws undoes both.
    /// - Throws: `clock-behind`, `clock-ahead`, `database-unavailable` and other `EngineError`s, and what `change` throws.
    func record<Value: Sendable>(
        _ event: WebhookEvent, of webhook: WebhookID, as context: CommandContext,
        with change: @Sendable (Connection) async throws -> Value
    ) async throws -> Value {
        try context.validate()
        for _ in 0..<Self.attempts {
            let now = try clock.now()
            do {
                return try await pool.withConnection { connection in
                    try await connection.transaction { connection in
                        try await append(event, to: .webhook(webhook), as: context, at: now, on: connection)
                        return try await change(connection)
                    }
                }
            } catch is Overtaken {
                continue
            } catch let error as PostgreSQLError {
                let answer = EngineError(error, duringCommit: true)
                // While the order waited for the ledger, the log has gone on for too long to take its time.
                guard answer.code == .clockBehind, try clock.now() > now else { throw answer }
            }
        }
        throw EngineError(.overloaded)
    }

    private func append(
        _ event: WebhookEvent, to stream: StreamID, as context: CommandContext, at now: Timestamp, on connection: Connection
    ) async throws {
        if let check = clock.check(now) { _ = try await connection.query(check.statement) }
        let appended = try await SingleAppend(ledger: ledger, stream: stream, context: context)
            .append(.webhook(event), at: now, on: connection)
        if let latest = appended.latest { clock.advance(to: latest) }
        guard appended.position != nil else { throw Overtaken() }
    }
}
