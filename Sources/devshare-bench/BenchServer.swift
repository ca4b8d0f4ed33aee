import DeviceSharing
import EmbeddedPostgres
import Foundation
import Logging
import PostgreSQL
import SharingAudit
import SharingEngine
import SharingLog

/// The one server that a run measures everything on.
struct BenchServer: Sendable {
    let server: EmbeddedPostgres

    static func start() async throws -> BenchServer {
        BenchServer(
            server: try await EmbeddedPostgres.start(
                EmbeddedPostgres.Configuration(settings: [
                    "max_connections": "100", "shared_buffers": "1GB", "max_wal_size": "8GB",
                ])))
    }

    /// Makes a migrated database with the default policy in force.
    func makeDatabase(_ name: String) async throws -> String {
        try await execute("CREATE DATABASE \(name)", in: server.database)
        let connectionString = server.connectionString(database: name)
        _ = try await Installation(connectionString: connectionString).migrate()
        try await withEngine(connectionString) { engine in
            _ = try await engine.activatePolicy(
                Installation.defaultPolicy(), as: CommandContext(actor: Actor(id: "bench", role: .operator)))
        }
        return connectionString
    }

    func withEngine<Value: Sendable>(
        _ connectionString: String, ledger: String = "default", limits: EngineLimits = EngineLimits(),
        sealing: SealingConfiguration? = nil,
        _ body: @Sendable @escaping (SharingEngine) async throws -> Value
    ) async throws -> Value {
        var logger = Logger(label: "bench")
        logger.logLevel = .error
        return try await SharingEngine.withEngine(
            EngineConfiguration(connectionString: connectionString, ledger: ledger, limits: limits, logger: logger)
        ) { engine in
            guard let sealing else { return try await body(engine) }
            return try await SealingService(engine.log, sealing).run { try await body(engine) }
        }
    }

    /// Leaves nothing to do in the background for what is measured next.
    func settle(_ database: String) async throws {
        try await execute("VACUUM ANALYZE", in: database)
        try await execute("CHECKPOINT", in: database)
    }

    func execute(_ sql: String, in database: String) async throws {
        try await withConnection(to: database) { try await $0.execute(script: sql) }
    }

    func withConnection<Value: Sendable>(
        to database: String, _ body: (Connection) async throws -> Value
    ) async throws -> Value {
        try await Connection.withConnection(
            ConnectionConfiguration(connectionString: server.connectionString(database: database), statementTimeout: nil), body)
    }
}
