import EmbeddedPostgres
import Foundation
import PostgreSQL
import TestSupport
import Testing

/// A PostgreSQL of somebody else's, as in production.
@Suite(.fewAtOnce) struct OwnDatabaseTests {
    /// Lends a server of the test's own: roles belong to a whole server.
    private static func withServer(_ body: (EmbeddedPostgres) async throws -> Void) async throws {
        let server = try await EmbeddedPostgres.start(EmbeddedPostgres.Configuration(settings: EmbeddedPostgres.testSettings))
        do {
            try await body(server)
            try await server.stop()
        } catch {
            try? await server.stop()
            throw error
        }
    }

    /// As the superuser, each by itself: a database is not made within a transaction.
    private static func execute(_ statements: [String], on server: EmbeddedPostgres) async throws {
        let connection = try await Connection.connect(ConnectionConfiguration(connectionString: server.connectionString))
        for statement in statements { try await connection.execute(script: statement) }
        await connection.close()
    }

    private static func program(as user: String, on server: EmbeddedPostgres) -> Program {
        let url = server.connectionString(database: "sharing").replacing("user=\(server.user)", with: "user=\(user)")
        return Program(environment: ["DEVSHARE_DATABASE_URL": url])
    }

    @Test(.timeLimit(.minutes(5))) func theQuickStartSaysHowItIsMadeServedAndSealed() async throws {
        let page = try String(contentsOf: Program.root.appendingPathComponent("docs/quick-start.md"), encoding: .utf8)
        let block = try #require(page.components(separatedBy: "```sql\n").dropFirst().first?.components(separatedBy: "```").first)
        let statements = block.split(separator: ";").map { $0.trimmingCharacters(in: .whitespacesAndNewlines) }
            .filter { !$0.isEmpty }
        #expect(statements.count == 4)
        let key = try temporaryFolder().appendingPathComponent("log.key").path
        let directory = try temporaryFile("d.jsonl", SmallDirectory.jsonLines)
        try await Self.withServer { server in
            try await Self.execute(statements, on: server)
            let migrated = try await Self.program(as: "sharing_owner", on: server).run("migrate")
            #expect(migrated.status == 0, "\(migrated.error)")

            var served = Self.program(as: "sharing_server", on: server)
            let made = try await served.run("checkpoint", "keygen", "test.example/log", "--out", key)
            #expect(made.error.contains("DEVSHARE_CHECKPOINT_KEY_FILE"))
            served.environment["DEVSHARE_IDENTITY_KEY"] = Program.identityKey
            served.environment["DEVSHARE_CHECKPOINT_KEY_FILE"] = key
            let imported = try await served.run("directory", "import", directory)
            #expect(imported.status == 0, "\(imported.error)")
            _ = try await served.submit("maria01", "maria02", "DSC-7")
            let sealed = try await served.run("checkpoint", "seal")
            #expect(sealed.status == 0, "\(sealed.error)")
            let refused = try await served.run("rebuild")
            #expect(refused.status == 69)
            #expect(refused.error.hasSuffix("Connect as the owner of the schema.\n"), "\(refused.error)")
        }
    }

    @Test(.timeLimit(.minutes(5))) func anOwnerWhoMayNotMakeTheRoleHearsWhoMay() async throws {
        try await Self.withServer { server in
            try await Self.execute(["CREATE ROLE plain LOGIN", "CREATE DATABASE sharing OWNER plain"], on: server)
            let owner = Self.program(as: "plain", on: server)
            let refused = try await owner.run("migrate")
            #expect(refused.status == 70)
            #expect(refused.error.hasPrefix("migration-failed: roles.sql: "))
            #expect(refused.error.contains("needs CREATEROLE"), "\(refused.error)")
            let remedy = "CREATE ROLE devshare_app NOLOGIN"
            #expect(refused.error.contains(remedy))
            try await Self.execute([remedy], on: server)
            let migrated = try await owner.run("migrate")
            #expect(migrated.status == 0, "\(migrated.error)")
        }
    }
}
