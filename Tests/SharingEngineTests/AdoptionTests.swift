import Canonical
import EventLog
import PostgreSQL
import TestSupport
import Testing

@testable import SharingAudit
@testable import SharingEngine
@testable import SharingLog

@Suite("A database of schema 17 is adopted", .fewAtOnce)
struct AdoptionTests {
    private static func old(files: Int = 17) async throws -> (database: TestDatabase, connection: Connection) {
        let database = try await TestDatabase.empty()
        let connection = try await database.connect()
        try await OldSchema.make(connection, files: files)
        return (database, connection)
    }

    private static func refusal(_ connection: Connection) async -> EventLogError? {
        await #expect(throws: EventLogError.self) { _ = try await schemaMigrator().migrate(connection) }
    }

    @Test("with its rows, and is then what a new one is: tables, functions, comments, privileges and all")
    func aFilledDatabaseIsAdopted() async throws {
        let (database, connection) = try await Self.old()
        try await OldSchema.fill(connection)
        // An unfinished rebuild of the old program.
        _ = try await connection.query("SELECT devshare.rebuild_begin()")
        let leaves = "SELECT encode(sha256(string_agg(leaf_hash, '' ORDER BY ledger, position)), 'hex') FROM devshare.event"
        let before: String = try await connection.query("\(leaves)").rows[0].decode(0)

        let report = try await Installation(connectionString: database.connectionString).migrate()
        #expect(report.adopted == "schema-17")
        let fresh = try await TestDatabase.migrated().connect()
        let expected = try await SchemaCatalogue.lines(fresh)
        let found = try await SchemaCatalogue.lines(connection)
        #expect(Set(found).subtracting(expected) == [])
        #expect(Set(expected).subtracting(found) == [])
        #expect(found.count == expected.count)
        let records = "SELECT number, name, encode(digest, 'hex') FROM devshare.migration ORDER BY number"
        let numbered = try await connection.query("\(records)").rows.map { try $0.decode(1, as: String.self) }
        #expect(try await fresh.query("\(records)").rows.map { try $0.decode(1, as: String.self) } == numbered)

        // The log is the same, every leaf hash is that of its event, and the read models are what the log gives.
        #expect(try await connection.query("\(leaves)").rows[0].decode(0, as: String.self) == before)
        let wrong: Int64 = try await connection.query(
            "SELECT count(*) FROM devshare.event e WHERE devshare.leaf_hash(e) <> e.leaf_hash"
        ).rows[0].decode(0)
        #expect(wrong == 0)
        #expect(try await ReadModelRebuild(connectionString: database.connectionString).differences().isEmpty)
        try await SharingEngine.withEngine(Harness.configuration(database)) { engine in
            #expect(await engine.readiness(within: .seconds(60)).isReady)
            let verification = try await LogVerification(
                Harness.configuration(database).settings, options: LogVerification.Options()
            )
            .run()
            #expect(verification.findings == [])
            #expect(verification.events == 80)
            // Metadata of before have no version, and are read as version 1.
            let first = try #require(try await engine.log.events(after: .start, limit: 1).first)
            #expect(first.metadata["v"] == nil && first.actor != nil && first.role != nil)
        }
        try await ReadModelRebuild(connectionString: database.connectionString).run()
        #expect(Set(try await SchemaCatalogue.lines(connection)) == Set(expected))
        #expect(try await Installation(connectionString: database.connectionString).migrate().adopted == nil)
    }

    @Test("and plans look-ups by key as a new one does")
    func aRequestIsLookedUpByItsKey() async throws {
        let (_, connection) = try await Self.old()
        _ = try await schemaMigrator().migrate(connection)
        let plan = try await connection.query(
            "EXPLAIN SELECT * FROM devshare.share_request WHERE ledger = 1 AND request = '01a22988-8acc-7a3f-827f-c0ac9dc480dc'"
        ).rows.map { try $0.decode(0, as: String.self) }
        #expect(plan.contains { $0.contains("share_request_pkey") }, "\(plan)")
    }

    @Test("whole or not at all")
    func anAdoptionThatFailsLeavesTheOldSchema() async throws {
        let (_, connection) = try await Self.old()
        let before = try await SchemaCatalogue.lines(connection)
        // The last file of all meets what it cannot drop.
        try await connection.execute(
            script: "CREATE VIEW public.dependent AS SELECT devshare.make_sharing_view() IS NULL AS made")
        let error = await Self.refusal(connection)
        #expect(error?.code == .migrationFailed)
        #expect(error?.message.hasPrefix("dropped.sql: ") == true)
        #expect(try await SchemaCatalogue.lines(connection) == before)
        try await connection.execute(script: "DROP VIEW public.dependent")
        #expect(try await schemaMigrator().migrate(connection).adopted == "schema-17")
    }

    @Test(
        "but one of an older schema, with other files or with further ones is refused, and left as it is",
        arguments: [
            (16, "SELECT", "lacks 0017_indexes.sql"), (1, "SELECT", "lacks 0002_ledger_append.sql"),
            (17, "UPDATE devshare.migration SET digest = sha256('other') WHERE number = 9", "0009_webhook.sql"),
            (17, "INSERT INTO devshare.migration (number, name, digest) VALUES (18, '0018_own.sql', '')", "18 migrations"),
            (17, "DELETE FROM devshare.migration WHERE number = 4", "lacks 0004_share_request.sql"),
            (17, "DELETE FROM devshare.migration", "no record of a migration"),
        ])
    func whatCannotBeAdoptedIsRefused(files: Int, change: String, words: String) async throws {
        let (_, connection) = try await Self.old(files: files)
        try await connection.execute(script: change)
        let before = try await SchemaCatalogue.lines(connection)
        let error = await Self.refusal(connection)
        #expect(error?.code == .schemaForeign)
        #expect(error?.message.contains(words) == true, "\(String(describing: error))")
        #expect(try await SchemaCatalogue.lines(connection) == before)
    }

    @Test("and its files are those that were released: none of them has changed")
    func theOldFilesAreTheReleasedOnes() throws {
        let adoption = try #require(try schemaMigrator().files.adoption)
        let files = try OldSchema.files()
        #expect(adoption.oldFiles.map(\.name) == files.map(\.name))
        #expect(adoption.oldFiles.map(\.digest) == files.map { Digest(sha256: Array($0.text.utf8)) })
    }
}
