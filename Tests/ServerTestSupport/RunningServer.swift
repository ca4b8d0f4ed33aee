import DeviceSharing
import EligibilityPolicy
import HTTPEdge
import Logging
import SharingAudit
import SharingConsole
import SharingEngine
import SharingLog
import SharingServer
import SharingWebhooks
import TestSupport

/// A server at work on a database of its own, with the default policy in force.
package struct RunningServer: Sendable {
    package let database: TestDatabase
    package let engine: SharingEngine
    package let port: Int
    package let key: DevelopmentKey

    /// - Parameters:
    ///   - port: 0 for a free one.
    ///   - webhooks: nil where none are sent.
    ///   - console: nil where none is served.
    ///   - isLedgerOptional: whether tokens may name no ledger.
    ///   - logger: nil for one that says nothing.
    ///   - allowsPrivateReceivers: whether receivers of webhooks may be on this machine.
    package static func run(
        port: Int = 0, tls: ServerConfiguration.TLSFiles? = nil, limits: ServerLimits = ServerLimits(),
        webhooks: WebhookLimits? = nil, database given: TestDatabase? = nil, sealing: SealingConfiguration? = nil,
        key: DevelopmentKey = DevelopmentKey(), allowsPrivateReceivers: Bool = false, console: ConsoleConfiguration? = nil,
        logger log: Logger? = nil, isLedgerOptional: Bool = false, trustedProxies: [AddressRange] = [],
        _ body: @Sendable @escaping (RunningServer) async throws -> Void
    ) async throws {
        let database: TestDatabase = if let given { given } else { try await TestDatabase.migrated() }
        let logger = log ?? silentLogger
        let metrics = ServerConfiguration.makeMetrics()
        let configuration = EngineConfiguration(
            connectionString: database.connectionString, logger: logger, metrics: metrics, role: "devshare_app")
        try await SharingEngine.withEngine(configuration) { engine in
            if engine.activePolicy == nil {
                _ = try await engine.activatePolicy(
                    Installation.defaultPolicy(), as: CommandContext(actor: Actor(id: "operator", role: .operator)))
            }
            var configuration = ServerConfiguration(
                port: port, tls: tls, isLedgerOptional: isLedgerOptional, limits: limits,
                identityKey: try FingerprintKey(id: "k1", secret: Array(repeating: 7, count: 32)),
                logger: logger, metrics: metrics, webhooks: webhooks, console: console)
            configuration.sealing = sealing
            configuration.allowsPrivateReceivers = allowsPrivateReceivers
            configuration.trustedProxies = trustedProxies
            let server = try SharingServer(
                engine: engine,
                authenticator: Authenticator(rules: DevelopmentKey.rules, keys: key.keySet, limits: limits, logger: logger),
                configuration: configuration)
            let (ports, listening) = AsyncStream.makeStream(of: Int.self)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await server.run { listening.yield($0) } }
                group.addTask {
                    for await port in ports {
                        return try await body(RunningServer(database: database, engine: engine, port: port, key: key))
                    }
                }
                try await group.next()
                group.cancelAll()
                while try await group.next() != nil {}
            }
        }
    }
    private static var silentLogger: Logger {
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        return logger
    }
}
