import Canonical
import DeviceSharing
import Logging
import PostgreSQL
import SharingEngine
import SharingLog
import SharingWebhooks
import StandardWebhooks
import TestSupport

@testable import WebhookDelivery

/// An engine at work on a database of its own, with users that each have a device, and a way to make events.
struct Installed: Sendable {
    let database: TestDatabase
    let engine: SharingEngine

    static let operatorActor = Actor(id: "operator", role: .operator)
    static let logger: Logger = {
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        return logger
    }()

    /// Limits for tests: retries at once, and attempts that a slow machine does not cut off.
    static var limits: WebhookLimits {
        var limits = WebhookLimits()
        limits.attemptTimeout = .seconds(120)
        limits.checkInterval = .milliseconds(50)
        limits.retries.first = .milliseconds(20)
        limits.retries.longest = .milliseconds(100)
        return limits
    }

    static func run<Value: Sendable>(
        _ body: @Sendable @escaping (Installed) async throws -> Value
    ) async throws -> Value {
        let database = try await TestDatabase.migrated()
        let configuration = EngineConfiguration(
            connectionString: database.connectionString, logger: logger, role: "devshare_app")
        return try await SharingEngine.withEngine(configuration) { engine in
            _ = try await engine.activatePolicy(
                Installation.defaultPolicy(), as: CommandContext(actor: operatorActor))
            return try await body(Installed(database: database, engine: engine))
        }
    }

    /// Runs a deliverer for as long as `body` runs.
    func delivering<Value: Sendable>(
        limits: WebhookLimits = Installed.limits, _ body: @Sendable @escaping () async throws -> Value
    ) async throws -> Value {
        try await HTTPWebhookSender.withSender(logger: Self.logger) { sender in
            try await withThrowingTaskGroup(of: Value?.self) { group in
                group.addTask {
                    await WebhookDeliverer(engine.log, sender: sender, limits: limits, allowsPrivateReceivers: true).run()
                    return nil
                }
                let value = try await body()
                group.cancelAll()
                try await group.waitForAll()
                return value
            }
        }
    }

    /// All types but those of webhooks' own events, so that orders about webhooks send nothing.
    static let types = DomainEvent.types.filter { !$0.hasPrefix("webhook-") }
    private static let auditor = Actor(id: "auditor", role: .auditor)

    /// A webhook for the receiver, which is on this machine.
    @discardableResult
    func subscribe(
        _ url: String, types: [String] = Installed.types, after position: Position? = nil
    ) async throws -> (id: WebhookID, secret: WebhookSecret) {
        try await engine.webhooks.add(
            WebhookDestination(url, allowsPrivate: true), eventTypes: types, after: position, as: Self.auditor)
    }

    /// Makes events of one user's stream: the user is registered, and changes entities.
    func userEvents(_ user: String, _ count: Int) async throws {
        for number in 0..<count {
            let record = RecordUser(
                user: UserID(trusted: user), entity: EntityID(trusted: "\(user)-\(number)"), entityKind: .individual,
                registeredAt: Timestamp(microseconds: 0))
            _ = try await engine.perform(.recordUser(record), as: CommandContext(actor: Self.operatorActor))
        }
    }

    func execute(_ sql: String) async throws {
        let connection = try await database.connect()
        try await connection.execute(script: sql)
        await connection.close()
    }

    /// Nothing is left to be sent, and every cursor is at the end.
    func isAllSent() async throws -> Bool {
        let head = try await engine.log.head()
        return try await engine.webhooks.list().allSatisfy { $0.waiting == 0 && $0.parked == 0 && $0.position == head }
    }
}

extension SharingEngine {
    /// The webhooks of the engine's ledger, whose receivers are on this machine.
    var webhooks: WebhookSubscriptions { WebhookSubscriptions(log, allowsPrivateReceivers: true) }
}
