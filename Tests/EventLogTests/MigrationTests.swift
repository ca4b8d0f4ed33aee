import BundledFiles
import EventLog
import PostgreSQL
import TestSupport
import Testing

/// A migrator of made-up files beside the real bookkeeping.
func migrator(
    _ numbered: [(name: String, text: String)], repeatable: [(name: String, text: String)] = [],
    compatibility: String = "schema 1\nprogram 1...2"
) throws -> Migrator {
    let bootstrap = (name: "0000_migration.sql", text: try BundledFiles.text("0000_migration.sql", in: .schema))
    let lists = [
        (name: "order", text: "# first to last\n" + repeatable.map(\.name).joined(separator: "\n")),
        (name: "compatibility", text: compatibility),
    ]
    return try Migrator(files: [bootstrap] + numbered + repeatable + lists)
}

func failure(_ body: () async throws -> Void) async -> EventLogError? {
    await #expect(throws: EventLogError.self) { try await body() }
}

@Suite("Migrations are applied once, in order, whole", .fewAtOnce)
struct MigrationTests {
    private static let one = (name: "tables/0001_one.sql", text: "CREATE TABLE one (n int)")
    private static let two = (name: "types/0002_two.sql", text: "CREATE TABLE two AS SELECT count(*) FROM one")

    @Test func inTheOrderOfTheirNumbersAndOnlyWhatIsMissing() async throws {
        let connection = try await TestDatabase.empty().connect()
        let first = try await migrator([Self.one]).migrate(connection)
        #expect(first.names == ["tables/0001_one.sql"])
        // In whatever order the files are listed.
        let second = try await migrator([Self.two, Self.one]).migrate(connection)
        #expect(second.names == ["types/0002_two.sql"])
        #expect(try await migrator([Self.one, Self.two]).migrate(connection).names.isEmpty)
        let rows = try await connection.query("SELECT number, name, digest FROM devshare.migration ORDER BY number").rows
        #expect(try rows.map { try $0.decode(0, as: Int32.self) } == [1, 2])
        #expect(try rows[0].decode(2, as: [UInt8].self) == first.migrations[0].digest.bytes)
        #expect(
            try await connection.query("SELECT current_setting('statement_timeout')").rows[0].decode(0, as: String.self) == "1min"
        )
    }

    @Test func theProductsOwn() async throws {
        let connection = try await TestDatabase.empty().connect()
        let migrator = try schemaMigrator()
        let missing = await failure { try await migrator.verify(connection) }
        #expect(missing?.code == .migrationPending)
        let applied = try await migrator.migrate(connection)
        #expect(applied.migrations.count >= 13)
        #expect(applied.migrations.map(\.number) == Array(1...migrator.files.number))
        #expect(applied.definitions == migrator.files.definitions)
        try await migrator.verify(connection)
        #expect(try await migrator.migrate(connection).names == [])
    }

    @Test func aDatabaseThatIsNotUTF8IsRefusedBeforeAnythingIsChanged() async throws {
        let database = try await TestDatabase.empty()
        let connection = try await database.connect()
        try await DatabaseEncoding.require(connection)
        for encoding in ["LATIN1", "SQL_ASCII"] {
            let name = "\(database.name)_\(encoding.lowercased())"
            try await connection.execute(
                script: "CREATE DATABASE \(name) ENCODING '\(encoding)' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0")
            let other = try await Connection.connect(
                ConnectionConfiguration(connectionString: database.connectionString.replacing(database.name, with: name)))
            let error = await failure { try await DatabaseEncoding.require(other) }
            #expect(error?.code == .encodingUnusable)
            #expect(error?.message.hasPrefix("the database \(name) has the encoding \(encoding), and must have UTF8") == true)
            await other.close()
            try await connection.execute(script: "DROP DATABASE \(name)")
        }
    }

    @Test func aChangedOldMigrationIsAnErrorAndNothingIsApplied() async throws {
        let connection = try await TestDatabase.empty().connect()
        _ = try await migrator([Self.one]).migrate(connection)
        let changed = try migrator([(Self.one.name, Self.one.text + " "), Self.two])
        let error = await failure { _ = try await changed.migrate(connection) }
        #expect(error?.code == .migrationChanged)
        #expect(error?.message.contains("0001_one.sql") == true)
        #expect(try await connection.query("SELECT to_regclass('two') IS NULL").rows[0].decode(0, as: Bool.self))
    }

    @Test func aDatabaseWithFilesOfANewerProgramIsAnError() async throws {
        let connection = try await TestDatabase.empty().connect()
        _ = try await migrator([Self.one, Self.two]).migrate(connection)
        let older = try migrator([Self.one])
        let error = await failure { _ = try await older.migrate(connection) }
        #expect(error?.code == .migrationUnknown)
        #expect(error?.message.contains("0002_two.sql") == true)
        try await connection.execute(script: "DELETE FROM devshare.migration WHERE number = 1")
        let holed = await failure { _ = try await migrator([Self.one, Self.two]).migrate(connection) }
        #expect(holed?.code == .migrationMisnumbered)
    }

    @Test(arguments: [
        ["0002_two.sql"], ["0001_one.sql", "0001_other.sql"], ["0001_one.sql", "0003_three.sql"], ["one.sql"], ["1_one.sql"],
        ["+001_one.sql"], ["0001.sql"], ["tables/0001_one.sql", "types/0001_one.sql"], ["0001_tables/one.sql"],
    ])
    func misnumberedFilesAreAnError(names: [String]) async {
        let error = await failure { _ = try migrator(names.map { ($0, "SELECT 1") }) }
        #expect(error?.code == .migrationMisnumbered)
    }

    @Test func oneThatFailsLeavesNoTraceAndThoseBeforeItStay() async throws {
        let connection = try await TestDatabase.empty().connect()
        let failing = (name: "0002_fails.sql", text: "CREATE TABLE half (n int); SELECT 1 / 0")
        let error = await failure { _ = try await migrator([Self.one, failing]).migrate(connection) }
        #expect(error?.code == .migrationFailed)
        #expect(error?.message.contains("0002_fails.sql") == true)
        #expect(error?.message.contains("division by zero") == true)
        #expect(try await connection.query("SELECT to_regclass('half') IS NULL").rows[0].decode(0, as: Bool.self))
        #expect(try await migrator([Self.one, Self.two]).migrate(connection).names == ["types/0002_two.sql"])
    }

    @Test func aSchemaThatIsNotOursIsLeftAlone() async throws {
        let connection = try await TestDatabase.empty().connect()
        try await connection.execute(script: "CREATE SCHEMA devshare; CREATE TABLE devshare.mine (n int)")
        let error = await failure { _ = try await migrator([Self.one]).migrate(connection) }
        #expect(error?.code == .schemaForeign)
        #expect(error?.message.contains("mine") == true)
        #expect(
            try await connection.query("SELECT to_regclass('devshare.migration') IS NULL").rows[0].decode(0, as: Bool.self))
    }

    @Test func eightAtOnceDoNoHarm() async throws {
        let database = try await TestDatabase.empty()
        let migrator = try schemaMigrator()
        let counts = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    let connection = try await database.connect()
                    let applied = try await migrator.migrate(connection)
                    await connection.close()
                    return applied.names.count
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        let connection = try await database.connect()
        try await migrator.verify(connection)
        let recorded: Int = try await connection.query(
            "SELECT (SELECT count(*) FROM devshare.migration) + (SELECT count(*) FROM devshare.definition)"
        ).rows[0].decode(0)
        #expect(counts.reduce(0, +) == recorded, "each was applied by one of them")
    }

    @Test func cancellationLeavesNoLockBehind() async throws {
        let database = try await TestDatabase.empty()
        let (connection, observer) = (try await database.connect(), try await database.connect())
        let slow = try migrator([(name: "0001_slow.sql", text: "SELECT pg_sleep(67)")])
        let task = Task { try await slow.migrate(connection) }
        try await eventually("it runs") { try await database.isRunning("pg_sleep(67)", seenBy: observer) }
        task.cancel()
        let error = await #expect(throws: PostgreSQLError.self) { _ = try await task.value }
        #expect(error?.code == .cancelled)
        #expect(try await migrator([Self.one]).migrate(observer).migrations.count == 1)
    }
}
