import EventLog
import PostgreSQL
import TestSupport
import Testing

@Suite("Migrations are applied once, in order, whole", .fewAtOnce)
struct MigrationTests {
    private static let bootstrap = (
        name: "0000_migration.sql",
        text: """
        CREATE SCHEMA IF NOT EXISTS devshare;
        CREATE TABLE IF NOT EXISTS devshare.migration (
            number integer PRIMARY KEY, name text, digest bytea, applied_at timestamptz DEFAULT clock_timestamp());
        """
    )

    private func migrator(_ files: [(name: String, text: String)]) throws -> Migrator {
        try Migrator(files: [Self.bootstrap] + files)
    }

    private static let one = (name: "0001_one.sql", text: "CREATE TABLE one (n int)")
    private static let two = (name: "0002_two.sql", text: "CREATE TABLE two AS SELECT count(*) FROM one")

    private func failure(_ body: () async throws -> Void) async -> EventLogError? {
        await #expect(throws: EventLogError.self) { try await body() }
    }

    @Test func inTheOrderOfTheirNumbersAndOnlyWhatIsMissing() async throws {
        let connection = try await TestDatabase.empty().connect()
        let first = try await migrator([Self.one]).migrate(connection)
        #expect(first.map(\.name) == ["0001_one.sql"])
        // In whatever order the files are listed.
        let second = try await migrator([Self.two, Self.one]).migrate(connection)
        #expect(second.map(\.name) == ["0002_two.sql"])
        #expect(try await migrator([Self.one, Self.two]).migrate(connection).isEmpty)
        let rows = try await connection.query("SELECT number, name, digest FROM devshare.migration ORDER BY number").rows
        #expect(try rows.map { try $0.decode(0, as: Int32.self) } == [1, 2])
        #expect(try rows[0].decode(2, as: [UInt8].self) == first[0].digest.bytes)
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
        #expect(applied.count >= 7)
        #expect(applied.map(\.number) == Array(1...Int32(applied.count)))
        try await migrator.verify(connection)
    }

    @Test func aChangedOldMigrationIsAnErrorAndNothingIsApplied() async throws {
        let connection = try await TestDatabase.empty().connect()
        _ = try await migrator([Self.one]).migrate(connection)
        let changed = try migrator([(Self.one.name, Self.one.text + " "), Self.two])
        for error in [
            await failure { _ = try await changed.migrate(connection) }, await failure { try await changed.verify(connection) },
        ] {
            #expect(error?.code == .migrationChanged)
            #expect(error?.message.contains("0001_one.sql") == true)
        }
        #expect(try await connection.query("SELECT to_regclass('two') IS NULL").rows[0].decode(0, as: Bool.self))
    }

    @Test func aDatabaseOfANewerProgramIsAnError() async throws {
        let connection = try await TestDatabase.empty().connect()
        _ = try await migrator([Self.one, Self.two]).migrate(connection)
        let older = try migrator([Self.one])
        for error in [
            await failure { _ = try await older.migrate(connection) }, await failure { try await older.verify(connection) },
        ] {
            #expect(error?.code == .migrationUnknown)
            #expect(error?.message.contains("0002_two.sql") == true)
        }
        try await connection.execute(script: "DELETE FROM devshare.migration WHERE number = 1")
        let holed = await failure { _ = try await migrator([Self.one, Self.two]).migrate(connection) }
        #expect(holed?.code == .migrationMisnumbered)
    }

    @Test(arguments: [
        ["0002_two.sql"], ["0001_one.sql", "0001_other.sql"], ["0001_one.sql", "0003_three.sql"], ["one.sql"], ["1_one.sql"],
        ["+001_one.sql"], ["0001.sql"],
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
        #expect(try await migrator([Self.one, Self.two]).migrate(connection).map(\.name) == ["0002_two.sql"])
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
                    return applied.count
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        let connection = try await database.connect()
        try await migrator.verify(connection)
        let recorded: Int = try await connection.query("SELECT count(*) FROM devshare.migration").rows[0].decode(0)
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
        #expect(try await migrator([Self.one]).migrate(observer).count == 1)
    }
}
