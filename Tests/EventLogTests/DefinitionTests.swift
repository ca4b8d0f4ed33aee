import EventLog
import PostgreSQL
import TestSupport
import Testing

@Suite("Repeatable files are applied again when they change", .fewAtOnce)
struct DefinitionTests {
    private static let table = (name: "0001_number.sql", text: "CREATE TABLE devshare.number (n int)")

    private static func function(_ name: String, _ value: Int, _ parameters: String = "") -> (name: String, text: String) {
        (
            "functions/\(name).sql",
            "CREATE OR REPLACE FUNCTION devshare.\(name)(\(parameters)) RETURNS int LANGUAGE sql AS 'SELECT \(value)'"
        )
    }

    private func value(_ expression: String, _ connection: Connection) async throws -> Int32 {
        try await connection.query("SELECT \(expression)").rows[0].decode(0)
    }

    @Test func inTheirOrderBehindTheNumberedOnesAndOnlyThoseThatChanged() async throws {
        let connection = try await TestDatabase.empty().connect()
        // PostgreSQL looks into an SQL function when it is made: its table and the function that it calls must be there.
        let caller = (
            name: "functions/a_caller.sql",
            text: """
            CREATE OR REPLACE FUNCTION devshare.a_caller() RETURNS int LANGUAGE sql
                AS 'SELECT devshare.called() + (SELECT count(*) FROM devshare.number)::int'
            """
        )
        let first = try await migrator([Self.table], repeatable: [Self.function("called", 7), caller]).migrate(connection)
        #expect(first.names == ["0001_number.sql", "functions/called.sql", "functions/a_caller.sql"])
        let changed = try migrator([Self.table], repeatable: [Self.function("called", 8), caller])
        #expect(try await changed.migrate(connection).names == ["functions/called.sql"])
        #expect(try await value("devshare.a_caller()", connection) == 8)
        #expect(try await changed.migrate(connection).names == [])
    }

    @Test func allInOneTransaction() async throws {
        let connection = try await TestDatabase.empty().connect()
        _ = try await migrator([Self.table], repeatable: [Self.function("one", 1)]).migrate(connection)
        let failing = (name: "functions/two.sql", text: "SELECT 1 / 0")
        let error = await failure {
            _ = try await migrator([Self.table], repeatable: [Self.function("one", 2), failing]).migrate(connection)
        }
        #expect(error?.code == .migrationFailed)
        #expect(error?.message.contains("functions/two.sql") == true)
        #expect(try await value("devshare.one()", connection) == 1)
    }

    @Test("A function whose signature changes needs a new name, and the old one stays until it is dropped")
    func aChangedSignatureIsRefused() async throws {
        let connection = try await TestDatabase.empty().connect()
        let old = Self.function("one", 1)
        _ = try await migrator([Self.table], repeatable: [old]).migrate(connection)
        let error = await failure {
            _ = try await migrator([Self.table], repeatable: [Self.function("one", 2, "in_n int")]).migrate(connection)
        }
        #expect(error?.code == .migrationFailed)
        #expect(error?.message.contains("the function one would have two signatures") == true)

        let renamed = Self.function("one_of", 2, "in_n int")
        _ = try await migrator([Self.table], repeatable: [old, renamed]).migrate(connection)
        #expect(try await value("devshare.one() + devshare.one_of(5)", connection) == 3)
        let dropped = (name: "dropped.sql", text: "DROP FUNCTION IF EXISTS devshare.one();")
        #expect(
            try await migrator([Self.table], repeatable: [renamed, dropped]).migrate(connection).names == ["dropped.sql"])
        let names = try await connection.query("SELECT name FROM devshare.definition ORDER BY 1").rows
        #expect(try names.map { try $0.decode(0, as: String.self) } == ["dropped.sql", "functions/one_of.sql"])
    }

    @Test func whatOrderDoesNotNameOrNamesInVainIsAnError() async throws {
        let files: [(String, [(name: String, text: String)])] = [
            ("functions/one.sql", []), ("functions/one.sql\nfunctions/one.sql", [Self.function("one", 1)]),
            ("", [Self.function("one", 1)]), ("0001_number.sql", [Self.table]),
        ]
        for (order, others) in files {
            let all = [
                (name: "0000_migration.sql", text: ""), (name: "order", text: order),
                (name: "compatibility", text: "schema 1\nprogram 1...1"),
            ]
            let error = await failure { _ = try Migrator(files: all + others) }
            #expect(error?.code == .migrationMisnumbered, "\(order)")
        }
    }

    @Test("All are applied again where privileges are missing that they gave, though no digest has changed")
    func lostPrivilegesAreGivenAgain() async throws {
        let connection = try await TestDatabase.migrated().connect()
        let migrator = try schemaMigrator()
        let before = try await SchemaCatalogue.lines(connection)
        for loss in [
            "REVOKE EXECUTE ON FUNCTION devshare.sharing_append FROM devshare_app",
            "REVOKE SELECT ON devshare.event FROM devshare_app", "REVOKE USAGE ON SCHEMA devshare FROM devshare_app",
            "REVOKE SELECT ON devshare.sharing FROM devshare_app", "DROP FUNCTION devshare.webhook_add",
        ] {
            try await connection.execute(script: loss)
            let error = await failure { try await migrator.verify(connection) }
            #expect(error?.code == .migrationPending, "\(loss)")
            #expect(try await migrator.migrate(connection).definitions == migrator.files.definitions, "\(loss)")
            try await migrator.verify(connection)
            #expect(try await SchemaCatalogue.lines(connection) == before, "\(loss)")
        }
        // What was given beyond them does not stop a server, and goes with the next migration.
        try await connection.execute(
            script: """
                GRANT EXECUTE ON FUNCTION devshare.rebuild_swap TO PUBLIC; GRANT ALL ON devshare.event TO devshare_app;
                GRANT CREATE ON SCHEMA devshare TO PUBLIC
                """)
        try await migrator.verify(connection)
        _ = try await migrator.migrate(connection)
        #expect(try await SchemaCatalogue.lines(connection) == before)
    }

    @Test("A program works with its own compatibility number and the next, whatever the digests are")
    func compatibilityDecides() async throws {
        let connection = try await TestDatabase.empty().connect()
        func program(_ number: Int, _ value: Int) throws -> Migrator {
            try migrator(
                [Self.table], repeatable: [Self.function("one", value)],
                compatibility: "# a comment\nschema \(number)\nprogram \(number)...\(number + 1)")
        }
        let (first, second, third) = (try program(1, 1), try program(2, 2), try program(3, 3))
        _ = try await first.migrate(connection)
        try await first.verify(connection)
        let early = await failure { try await second.verify(connection) }
        #expect(early?.code == .migrationPending)

        _ = try await second.migrate(connection)
        for program in [first, second] { try await program.verify(connection) }
        // An older program does not put its own functions back.
        let older = await failure { _ = try await first.migrate(connection) }
        #expect(older?.code == .migrationUnknown)
        #expect(try await value("devshare.one()", connection) == 2)

        _ = try await third.migrate(connection)
        let late = await failure { try await first.verify(connection) }
        #expect(late?.code == .migrationUnknown)
        try await second.verify(connection)
    }

    @Test(arguments: [
        "", "schema 1", "program 1...2", "schema 3\nprogram 1...2", "schema x\nprogram 1...2", "schema 1\nprogram 2...1",
        "schema 0\nprogram 0...1", "schema 1\nprogram 1...2\nmore", "schema 1\nprogram 1", "schema 1\nprogram 1...99999999999",
    ])
    func compatibilityThatCannotBeReadIsAnError(text: String) async {
        let error = await failure { _ = try SchemaCompatibility(text: text) }
        #expect(error?.code == .migrationMisnumbered)
    }
}
