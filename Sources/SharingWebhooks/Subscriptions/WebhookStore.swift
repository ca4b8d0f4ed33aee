import Canonical
import DeviceSharing
import EventLog
import Foundation
import PostgreSQL
import StandardWebhooks

/// Subscriptions in the database.
struct WebhookStore: Sendable {
    let ledger: Ledger
    let pool: Pool

    enum Addition: String {
        case added, exists, full
    }

    /// Makes a webhook, unless it is there or there are `limit` already.
    func add(
        _ id: WebhookID, _ destination: WebhookDestination, _ terms: WebhookTerms, secret: WebhookSecret, by actor: String,
        after position: Position?, limit: Int, on connection: Connection
    ) async throws -> Addition {
        let outcome: String = try await call(
            "SELECT devshare.webhook_add($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            [
                ledger.key, id.uuid, destination.url, terms.eventTypes, terms.isConfidential, secret.bytes, actor,
                position?.rawValue, Int32(clamping: limit),
            ], on: connection)
        guard let addition = Addition(rawValue: outcome) else {
            throw PostgreSQLError(.decodingFailed, "webhook_add returned \(outcome)")
        }
        return addition
    }

    func remove(_ id: WebhookID, on connection: Connection) async throws -> Bool {
        try await call("SELECT devshare.webhook_remove($1, $2)", [ledger.key, id.uuid], on: connection)
    }

    /// Puts a new secret in use and returns the one that is; nil where there is no such webhook.
    func rotate(
        _ id: WebhookID, to secret: WebhookSecret, keepingOldFor overlap: Duration, key: String?, on connection: Connection
    ) async throws -> WebhookSecret? {
        let bytes: [UInt8]? = try await call(
            "SELECT devshare.webhook_rotate($1, $2, $3, $4, $5)",
            [ledger.key, id.uuid, secret.bytes, overlap.wholeMilliseconds, key], on: connection)
        return bytes.flatMap { WebhookSecret(bytes: $0) }
    }

    /// Makes what waits due at once and, with a position, sends everything behind it again. Returns how many streams waited;
    /// nil where there is no such webhook.
    func replay(
        _ id: WebhookID, stream: String?, after position: Position?, key: String?, on connection: Connection
    ) async throws -> Int64? {
        try await call(
            "SELECT devshare.webhook_replay($1, $2, $3, $4, $5)",
            [ledger.key, id.uuid, stream, position?.rawValue, key], on: connection)
    }

    /// Sends nothing more to a webhook's receiver. False where that was so before, or there is no such webhook.
    func stop(_ id: WebhookID, on connection: Connection) async throws -> Bool {
        let isActive: Bool = try await call(
            """
            SELECT EXISTS (SELECT FROM devshare.webhook_subscription
                            WHERE ledger = $1 AND subscription = $2 AND state = 'active')
            """, [ledger.key, id.uuid], on: connection)
        guard isActive else { return false }
        _ = try await connection.query(
            Statement("SELECT devshare.webhook_stop($1, $2)", [ledger.key, id.uuid]))
        return true
    }

    /// The idempotency keys of a webhook's latest rotation and replay; nil where there is no such webhook.
    func latestOrders(of id: WebhookID) async throws -> (rotation: String?, replay: String?)? {
        try await rows(
            """
            SELECT k.rotation, s.replay
              FROM devshare.webhook_subscription s JOIN devshare.webhook_secret k USING (ledger, subscription)
             WHERE s.ledger = $1 AND s.subscription = $2
            """, [ledger.key, id.uuid]
        ).first.map { (try $0.decode(0), try $0.decode(1)) }
    }

    func exists(_ id: WebhookID) async throws -> Bool {
        try await !rows(
            "SELECT 1 FROM devshare.webhook_subscription WHERE ledger = $1 AND subscription = $2", [ledger.key, id.uuid]
        ).isEmpty
    }

    /// One of them, or all in order of creation.
    func list(_ id: WebhookID? = nil) async throws -> [Webhook] {
        let statement = Self.list(id, ledger)
        return try await rows(statement.sql, statement.parameters).map(Webhook.init)
    }

    /// Each count is in the order of an index, which makes every plan read that index and end with the limit.
    static func list(_ id: WebhookID?, _ ledger: Ledger) -> Statement {
        Statement(
            """
            SELECT s.subscription, s.url, s.event_types, s.audience, s.confidential, s.started, s.state, s.position,
                   s.created_at, s.created_by,
                   CASE WHEN k.previous_until > statement_timestamp() THEN k.previous_until END,
                   (SELECT count(*) FROM (
                        SELECT FROM devshare.webhook_delivery d
                         WHERE d.ledger = s.ledger AND d.subscription = s.subscription AND d.due_at IS NOT NULL
                         ORDER BY d.due_at LIMIT \(Webhook.countLimit)) waiting),
                   (SELECT count(*) FROM (
                        SELECT FROM devshare.webhook_delivery d
                         WHERE d.ledger = s.ledger AND d.subscription = s.subscription AND d.parked_at IS NOT NULL
                         ORDER BY d.position LIMIT \(Webhook.countLimit)) parked)
              FROM devshare.webhook_subscription s
              JOIN devshare.webhook_secret k USING (ledger, subscription)
             WHERE s.ledger = $1 AND ($2::uuid IS NULL OR s.subscription = $2)
             ORDER BY s.created_at, s.subscription
            """, [ledger.key, id?.uuid])
    }

    /// The secrets in force, the newest first.
    func secrets(of id: WebhookID) async throws -> [WebhookSecret] {
        let rows = try await rows(
            """
            SELECT secret, CASE WHEN previous_until > statement_timestamp() THEN previous_secret END
              FROM devshare.webhook_secret
             WHERE ledger = $1 AND subscription = $2
            """, [ledger.key, id.uuid])
        guard let row = rows.first else { throw WebhookError.webhookNotFound(id) }
        let secrets: [[UInt8]?] = [try row.decode(0), try row.decode(1)]
        return secrets.compactMap { $0.flatMap { WebhookSecret(bytes: $0) } }
    }

    /// What is still to be sent, in order of position.
    func pending(_ filter: PendingDeliveryFilter) async throws -> [PendingDelivery] {
        let statement = Self.pending(filter, ledger)
        return try await rows(statement.sql, statement.parameters).map(PendingDelivery.init)
    }

    /// A look-up of each event that is shown and of no other, by a fence (`OFFSET 0`): see `StateLoader`. The state is in the
    /// text, so that the index of what is parked serves.
    static func pending(_ filter: PendingDeliveryFilter, _ ledger: Ledger) -> Statement {
        let state =
            switch filter.state {
            case .waiting: "AND due_at IS NOT NULL"
            case .parked: "AND parked_at IS NOT NULL"
            case nil: ""
            }
        return Statement(
            """
            SELECT d.subscription, d.stream, d.position, e.type, d.last_position, d.attempts, d.first_attempt_at,
                   d.attempted_at, d.due_at, d.parked_at, d.status, d.problem
              FROM (SELECT * FROM devshare.webhook_delivery
                     WHERE ledger = $1 AND subscription = $2 AND position > $3 \(state)
                     ORDER BY position LIMIT $4) d
             CROSS JOIN LATERAL (
                SELECT type FROM devshare.event WHERE ledger = $1 AND position = d.position OFFSET 0) e
             ORDER BY d.position
            """,
            [
                ledger.key, filter.webhook.uuid, filter.after.rawValue,
                Int64(min(max(filter.limit, 1), PendingDeliveryFilter.maximumLimit)),
            ])
    }

    private func call<Value: PostgresDecodable>(
        _ sql: String, _ parameters: [any PostgresEncodable], on connection: Connection
    ) async throws -> Value {
        guard let row = try await connection.query(Statement(sql, parameters)).rows.first else {
            throw PostgreSQLError(.decodingFailed, "a function returned no row")
        }
        return try row.decode(0)
    }

    private func rows(_ sql: String, _ parameters: [any PostgresEncodable]) async throws -> [Row] {
        let statement = Statement(sql, parameters)
        let result = try await pool.withConnection { connection in try await connection.query(statement) }
        return Array(result.rows)
    }
}

/// Which deliveries to list.
public struct PendingDeliveryFilter: Hashable, Sendable {
    public static let maximumLimit = 1_000

    public var webhook: WebhookID
    public var state: PendingDelivery.State?
    /// Behind this event: the last of a page is where the next begins.
    public var after: Position
    /// 1 to 1,000.
    public var limit: Int

    public init(webhook: WebhookID, state: PendingDelivery.State? = nil, after: Position = .start, limit: Int = 100) {
        self.webhook = webhook
        self.state = state
        self.after = after
        self.limit = limit
    }
}

extension Webhook {
    fileprivate init(_ row: Row) throws {
        func unknown(_ noun: String, _ value: String) -> PostgreSQLError {
            PostgreSQLError(.decodingFailed, "a webhook has the \(noun) \(value), which this program does not know")
        }
        let (audience, state): (String, String) = (try row.decode(3), try row.decode(6))
        guard let knownAudience = Audience(rawValue: audience) else { throw unknown("audience", audience) }
        guard let knownState = State(rawValue: state) else { throw unknown("state", state) }
        id = WebhookID(try row.decode(0))
        url = try row.decode(1)
        eventTypes = try row.decode(2)
        self.audience = knownAudience
        isConfidential = try row.decode(4)
        started = Position(rawValue: try row.decode(5))
        self.state = knownState
        position = Position(rawValue: try row.decode(7))
        createdAt = try row.decode(8)
        createdBy = try row.decode(9)
        previousSecretUntil = try row.decode(10)
        waiting = Int(try row.decode(11, as: Int64.self))
        parked = Int(try row.decode(12, as: Int64.self))
    }
}

extension PendingDelivery {
    fileprivate init(_ row: Row) throws {
        webhook = WebhookID(try row.decode(0))
        stream = try row.decode(1)
        position = Position(rawValue: try row.decode(2))
        eventType = try row.decode(3)
        lastPosition = Position(rawValue: try row.decode(4))
        attempts = Int(try row.decode(5, as: Int32.self))
        firstAttemptAt = try row.decode(6)
        attemptedAt = try row.decode(7)
        dueAt = try row.decode(8)
        parkedAt = try row.decode(9)
        status = try row.decode(10, as: Int16?.self).map(Int.init)
        problem = try row.decode(11)
        state = parkedAt == nil ? .waiting : .parked
    }
}

extension Duration {
    /// Rounded down.
    var wholeMilliseconds: Int64 { components.seconds * 1_000 + components.attoseconds / 1_000_000_000_000_000 }
}
