import EmbeddedPostgres
import Foundation
import PostgreSQL
import TestSupport
import Testing

@testable import devshare

@Suite("A dump that is restored into another server", .fewAtOnce, .timeLimit(.minutes(5)))
struct RestoreTests {
    private static let identity = ["DEVSHARE_IDENTITY_KEY": Program.identityKey]

    /// Runs one of PostgreSQL's own programs on a server.
    private static func postgres(_ program: String, _ arguments: [String]) async throws -> Program.Outcome {
        let executable = try await ServerBinaries.find().directory.appendingPathComponent(program)
        return try await Program().start(arguments, executable: executable).end()
    }

    @Test("works after `devshare migrate`, which makes the role and gives its privileges again")
    func aRestoredDumpWorks() async throws {
        let settings = EmbeddedPostgres.Configuration(settings: EmbeddedPostgres.testSettings)
        let (source, target) = (try await EmbeddedPostgres.start(settings), try await EmbeddedPostgres.start(settings))
        let old = Program(environment: Self.identity.merging(["DEVSHARE_DATABASE_URL": source.connectionString]) { $1 })
        #expect(try await old.run("migrate").status == 0)
        let directory = try temporaryFile(
            "directory.csv",
            """
            type,id,entity,entityKind,registeredAt,holder,kind,activatedAt
            user,maria01,E-1,individual,2024-03-01T09:00:00Z,,,
            user,maria02,E-1,individual,2021-06-15T09:00:00Z,,,
            device,DSC-7,,,,maria02,dsc-plus,2025-01-10T09:00:00Z
            """)
        #expect(try await old.run("directory", "import", directory).status == 0)
        let connection = try await connect(source)
        let expected = try await SchemaCatalogue.lines(connection)
        await connection.close()

        // The database only: roles belong to the server, and are not in the dump.
        let dump = try temporaryFolder().appendingPathComponent("dump").path
        let dumped = try await Self.postgres(
            "pg_dump", ["--format=custom", "--file=\(dump)", "--dbname=\(source.connectionString)"])
        #expect(dumped.status == 0, "\(dumped.error)")
        let restored = try await Self.postgres("pg_restore", ["--dbname=\(target.connectionString)", dump])
        #expect(restored.error.contains("role \"devshare_app\" does not exist"))

        let new = Program(environment: Self.identity.merging(["DEVSHARE_DATABASE_URL": target.connectionString]) { $1 })
        let early = try await new.run("rebuild", "--verify")
        #expect(early.status == 69)
        #expect(early.error.hasPrefix("migration-pending: "), "\(early.error)")
        let migrated = try await new.run("migrate")
        #expect(migrated.status == 0, "\(migrated.error)")
        #expect(try await new.run("rebuild", "--verify").status == 0)

        // As the server does it: with a login that may do what devshare_app may, and no more.
        let owner = try await connect(target)
        #expect(try await SchemaCatalogue.lines(owner) == expected)
        try await owner.execute(script: "CREATE ROLE sharing_server LOGIN IN ROLE devshare_app")
        await owner.close()
        let url = target.connectionString.replacing("user=\(target.user)", with: "user=sharing_server")
        let server = Program(environment: Self.identity.merging(["DEVSHARE_DATABASE_URL": url]) { $1 })
        let submitted = try await server.run("request", "submit", "maria01", "maria02", "DSC-7", "--consent", "C-1")
        #expect(submitted.status == 0, "\(submitted.error)")
        #expect(submitted.output.hasPrefix("ACTIVE"))
        try await source.stop()
        try await target.stop()
    }

    private func connect(_ server: EmbeddedPostgres) async throws -> Connection {
        try await Connection.connect(ConnectionConfiguration(connectionString: server.connectionString))
    }
}
