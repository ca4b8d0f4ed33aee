import BundledFiles
import EventLog
import Foundation
import PostgreSQL
import TestSupport
import Testing

/// The rules of `Schema/README.md`.
@Suite("The files of the schema keep their rules", .fewAtOnce)
struct SchemaRulesTests {
    private struct FunctionFile {
        let path: String
        let name: String
        let text: String
    }

    private static func functionFiles() throws -> [FunctionFile] {
        try schemaMigrator().files.definitions.filter { $0.name.hasPrefix("functions/") }.map {
            let fileName = $0.name.split(separator: "/").last ?? ""
            return FunctionFile(path: $0.name, name: String(fileName.dropLast(".sql".count)), text: $0.sql)
        }
    }

    /// SQL without comments and without what stands in quotes.
    private static func code(_ sql: String) -> String {
        sql.replacing(/--[^\n]*/, with: "").replacing(/'(?:[^']|'')*'/, with: "''")
    }

    @Test func eachFileOfFunctionsDefinesTheFunctionThatItIsNamedAfterAndNothingElse() async throws {
        let files = try Self.functionFiles()
        for file in files {
            #expect(file.text.split(separator: "\n").count { $0.hasPrefix("CREATE ") } == 1, "\(file.path)")
            #expect(file.text.contains("CREATE OR REPLACE FUNCTION devshare.\(file.name)("), "\(file.path)")
            #expect(!file.text.contains("DROP FUNCTION"), "\(file.path)")
            #expect(file.text.contains("COMMENT ON FUNCTION devshare.\(file.name) IS '"), "\(file.path)")
        }
        let connection = try await TestDatabase.migrated().connect()
        let made = try await connection.query(
            "SELECT proname::text FROM pg_proc WHERE pronamespace = 'devshare'::regnamespace ORDER BY proname"
        ).rows
        #expect(try made.map { try $0.decode(0, as: String.self) } == files.map(\.name).sorted())
    }

    @Test("Privileges are in the function's own file, so that no change of it can lose them")
    func eachFunctionHasItsPrivilegesBesideIt() throws {
        for file in try Self.functionFiles() {
            #expect(
                file.text.contains("\nREVOKE ALL ON FUNCTION devshare.\(file.name) FROM PUBLIC, devshare_app;\n"), "\(file.path)")
        }
        for file in try BundledFiles.texts(in: .schema, suffix: ".sql") where !file.name.hasPrefix("functions/") {
            #expect(!file.text.contains("ON FUNCTION devshare."), "\(file.name)")
        }
    }

    @Test("A numbered file calls no function of functions/, which may change while the file may not")
    func numberedFilesCallNoFunction() throws {
        let names = Set(try Self.functionFiles().map(\.name))
        for file in try BundledFiles.texts(in: .schema, suffix: ".sql")
        where Migration(name: file.name, sql: "") != nil || file.name.hasPrefix("adoption/") {
            let called = Self.code(file.text).matches(
                of: /(?:devshare\.)?([a-z_]+)\s*\(|EXECUTE\s+FUNCTION\s+devshare\.([a-z_]+)/
            )
            .compactMap { match in (match.output.1 ?? match.output.2).map { String($0) } }
            #expect(names.isDisjoint(with: called), "\(file.name)")
        }
    }

    @Test("A ctid is a place in one partition, so what finds rows by it names the ledger beside it")
    func aPlaceIsNamedWithItsLedger() throws {
        for file in try Self.functionFiles() where file.text.contains("ctid = ANY") {
            #expect(file.text.contains(/WHERE (d\.)?ledger = in_ledger AND (d\.)?ctid = ANY/), "\(file.path)")
        }
    }

    @Test("Given a table that is partitioned by ledger, forgetting keys of one ledger leaves those of another")
    func partitionsByLedger() async throws {
        let owner = try await TestDatabase.migrated().connect()
        try await owner.execute(
            script: """
                CREATE TABLE devshare.partitioned (LIKE devshare.idempotency_record INCLUDING ALL) PARTITION BY LIST (ledger);
                CREATE TABLE devshare.partitioned_1 PARTITION OF devshare.partitioned FOR VALUES IN (1);
                CREATE TABLE devshare.partitioned_2 PARTITION OF devshare.partitioned FOR VALUES IN (2);
                DROP TABLE devshare.idempotency_record;
                ALTER TABLE devshare.partitioned RENAME TO idempotency_record;
                INSERT INTO devshare.idempotency_record
                       (ledger, key, command_digest, first_position, last_position, subject, recorded_at)
                SELECT ledger, 'key', sha256(''), 1, 1, 'user/a', '2020-01-01' FROM generate_series(1, 2) ledger;
                """)
        let forgotten: Int64 = try await owner.query("SELECT devshare.idempotency_forget(1, now(), 10)").rows[0].decode(0)
        #expect(forgotten == 1)
        let left = try await owner.query("SELECT ledger FROM devshare.idempotency_record").rows
        #expect(try left.map { try $0.decode(0, as: Int32.self) } == [2])
    }

    @Test func aFunctionThatIsDroppedIsNotDefined() throws {
        let dropped = try BundledFiles.text("dropped.sql", in: .schema).matches(of: /DROP FUNCTION IF EXISTS devshare\.([a-z_]+)/)
            .map { String($0.output.1) }
        #expect(Set(try Self.functionFiles().map(\.name)).isDisjoint(with: dropped))
        #expect(try schemaMigrator().files.definitions.last?.name == "dropped.sql")
    }

    @Test("A schema to which every repeatable file was applied again is what a fresh one is, privileges included")
    func repeatedFilesChangeNothing() async throws {
        let connection = try await TestDatabase.migrated().connect()
        let migrator = try schemaMigrator()
        let before = try await SchemaCatalogue.lines(connection)
        try await connection.execute(script: "UPDATE devshare.definition SET digest = ''")
        #expect(try await migrator.migrate(connection).definitions == migrator.files.definitions)
        #expect(try await SchemaCatalogue.lines(connection) == before)
        // Each by itself, too: no file undoes what another one did.
        for definition in migrator.files.definitions { try await connection.execute(script: definition.sql) }
        #expect(try await SchemaCatalogue.lines(connection) == before)
        for definition in migrator.files.definitions.reversed() { try await connection.execute(script: definition.sql) }
        #expect(try await SchemaCatalogue.lines(connection) == before)
    }

    @Test func theReadmeNamesEveryErrorThatTheSchemaRaises() throws {
        let readme = try BundledFiles.text("README.md", in: .schema)
        let raised = try BundledFiles.texts(in: .schema, suffix: ".sql").flatMap { file in
            file.text.matches(of: /ERRCODE = '(DS[0-9]{3})'/).map { String($0.output.1) }
        }
        #expect(Set(raised) == Set(readme.matches(of: /\| `(DS[0-9]{3})` \|/).map { String($0.output.1) }))
    }

    /// What programs call and read: signatures of the functions that the application may call, and columns. The file begins
    /// with the compatibility number that it belongs to.
    @Test func theCompatibilityNumberIsThatOfTheInterface() async throws {
        let connection = try await TestDatabase.migrated().connect()
        let lines = try await connection.query(
            """
            SELECT format('function %s(%s) %s', p.proname, pg_get_function_identity_arguments(p.oid),
                          pg_get_function_result(p.oid)) AS line
              FROM pg_proc p
             WHERE p.pronamespace = 'devshare'::regnamespace AND p.prorettype <> 'trigger'::regtype
            UNION ALL
            SELECT format('column %s.%s %s', c.relname, a.attname, format_type(a.atttypid, a.atttypmod))
              FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
             WHERE c.relnamespace = 'devshare'::regnamespace AND c.relkind IN ('r', 'v', 'c')
             ORDER BY line
            """
        ).rows.map { try $0.decode(0, as: String.self) }.sorted()
        let number = try schemaMigrator().files.compatibility.number
        let interface = (["compatibility \(number)"] + lines).joined(separator: "\n") + "\n"
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("Fixtures/schema-interface.txt")
        let known = try String(contentsOf: file, encoding: .utf8)
        guard interface != known else { return }
        let seen = file.deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent(".build/schema-interface.txt")
        try interface.write(to: seen, atomically: true, encoding: .utf8)
        Issue.record(
            """
            The schema's interface has changed. If a release has the old one, raise the number in Schema/compatibility and keep \
            what programs of the release before call (Schema/README.md). Then copy \(seen.path) to \(file.path).
            """)
    }
}
