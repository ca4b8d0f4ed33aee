import EligibilityPolicy
import EmbeddedPostgres
import Foundation
import Logging
import SharingAudit
import SharingEngine
import SharingLog
import SharingWebhooks

/// The database that a verb works on, for as long as the verb runs.
struct Database: Sendable {
    let connectionString: String
    let settings: Settings
    /// The server in the data folder, which this program owns.
    let isEmbedded: Bool

    /// Reaches the database of the settings, or starts or joins the embedded server, and calls `body`.
    ///
    /// - Parameter founding: make the embedded server where there is none. Otherwise that is `no-database`.
    static func open<Value: Sendable>(
        _ settings: Settings, founding: Bool = false, _ body: @Sendable (Database) async throws -> Value
    ) async throws -> Value {
        if let url = settings.databaseURL {
            return try await body(Database(connectionString: url, settings: settings, isEmbedded: false))
        }
        guard founding || settings.hasServer else {
            throw DevshareError(
                .noDatabase, "no database URL is set, and \(settings.dataDirectory.relativePath) holds no embedded server",
                advice: "Run `devshare migrate` first, or name a database with --database-url or DEVSHARE_DATABASE_URL.")
        }
        return try await withServer(in: settings) { server in
            try await body(Database(connectionString: server.connectionString, settings: settings, isEmbedded: true))
        }
    }

    /// Calls `body` with the embedded server of the data folder, which is made where it is missing.
    static func withServer<Value: Sendable>(
        in settings: Settings, _ body: @Sendable (EmbeddedPostgres) async throws -> Value
    ) async throws -> Value {
        let folder = settings.dataDirectory
        do {
            // Open to the server's user, who need not be ours; what is in it is closed.
            try FileManager.default.createDirectory(
                at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o755])
        } catch {
            throw DevshareError(
                .fileUnreadable, "\(folder.relativePath) cannot be made", advice: "Name another folder with --data.")
        }
        return try await withServer(EmbeddedPostgres.Configuration(directory: settings.serverDirectory), body)
    }

    /// Calls `body` with a private server, which is stopped whatever happens.
    static func withServer<Value: Sendable>(
        _ configuration: EmbeddedPostgres.Configuration, _ body: @Sendable (EmbeddedPostgres) async throws -> Value
    ) async throws -> Value {
        let server = try await EmbeddedPostgres.start(configuration)
        do {
            let value = try await body(server)
            try await server.stop()
            return value
        } catch {
            // What went wrong first is what the caller should hear of.
            try? await server.stop()
            throw error
        }
    }

    /// An engine on the database, which must be migrated.
    func withEngine<Value: Sendable>(
        limits: EngineLimits = EngineLimits(), candidate: Policy? = nil,
        _ body: @Sendable @escaping (SharingEngine) async throws -> Value
    ) async throws -> Value {
        try await Installation(connectionString: connectionString).verify()
        let configuration = EngineConfiguration(
            connectionString: connectionString, ledger: settings.ledger, limits: limits,
            role: role, candidate: candidate)
        return try await SharingEngine.withEngine(configuration, body)
    }

    /// The log of the ledger, on a database that must be migrated: for verbs that only read it, prove it or send its events. No
    /// engine works beside them, whose timers would record what is due.
    func withLog<Value: Sendable>(_ body: @Sendable (LedgerHandle) async throws -> Value) async throws -> Value {
        try await Installation(connectionString: connectionString).verify()
        return try await LedgerHandle.withHandle(
            LedgerSettings(connectionString: connectionString, ledger: settings.ledger, role: role), body)
    }

    /// On a server of our own we are its owner; sessions take the role that cannot change the log either.
    private var role: String? { isEmbedded ? "devshare_app" : nil }
}

extension Settings {
    /// Whether the data folder holds an embedded server.
    var hasServer: Bool { FileManager.default.fileExists(atPath: serverDirectory.appendingPathComponent("data").path) }

    /// Whether the embedded server runs for some process, or was killed: PostgreSQL removes this file when it stops.
    var isServerRunning: Bool {
        FileManager.default.fileExists(atPath: serverDirectory.appendingPathComponent("data/postmaster.pid").path)
    }
}

extension Verb {
    /// An engine on the database of the settings.
    func withEngine<Value: Sendable>(
        _ settings: Settings, _ body: @Sendable @escaping (SharingEngine) async throws -> Value
    ) async throws -> Value {
        try await Database.open(settings) { try await $0.withEngine(body) }
    }

    /// The log of the ledger of the settings.
    func withLog<Value: Sendable>(
        _ settings: Settings, _ body: @Sendable @escaping (LedgerHandle) async throws -> Value
    ) async throws -> Value {
        try await Database.open(settings) { try await $0.withLog(body) }
    }

    /// The webhooks of the ledger of the settings.
    func withWebhooks<Value: Sendable>(
        _ settings: Settings, _ body: @Sendable @escaping (WebhookSubscriptions) async throws -> Value
    ) async throws -> Value {
        try await withLog(settings) { log in
            try await body(WebhookSubscriptions(log, allowsPrivateReceivers: settings.allowsPrivateReceivers))
        }
    }
}
