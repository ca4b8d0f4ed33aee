import EventLog
import PostgreSQL
import TestSupport
import Testing

@Suite("The schema documents and defends itself", .fewAtOnce)
struct SchemaTests {
    private func names(_ sql: String, on connection: Connection) async throws -> [String] {
        try await connection.query(sql).rows.map { try $0.decode(0, as: String.self) }
    }

    @Test func everythingHasAComment() async throws {
        let connection = try await TestDatabase.migrated().connect()
        let relations = try await names(
            """
            SELECT relname::text FROM pg_class WHERE relnamespace = 'devshare'::regnamespace AND relkind IN ('r', 'p', 'v', 'm')
            """, on: connection)
        #expect(relations.count >= 8)
        let silent = try await names(
            """
            SELECT c.relname::text FROM pg_class c
             WHERE c.relnamespace = 'devshare'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm')
               AND obj_description(c.oid, 'pg_class') IS NULL
            UNION ALL
            SELECT c.relname || '.' || a.attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
             WHERE c.relnamespace = 'devshare'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm')
               AND a.attnum > 0 AND NOT a.attisdropped AND col_description(c.oid, a.attnum) IS NULL
            UNION ALL
            SELECT p.proname || '()' FROM pg_proc p
             WHERE p.pronamespace = 'devshare'::regnamespace AND obj_description(p.oid, 'pg_proc') IS NULL
            UNION ALL
            SELECT i.indexrelid::regclass::text FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
             WHERE c.relnamespace = 'devshare'::regnamespace AND obj_description(i.indexrelid, 'pg_class') IS NULL
               AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid)
            """, on: connection)
        #expect(silent == [])
    }

    @Test func theApplicationReadsAndWritesByFunctionsAlone() async throws {
        let database = try await TestDatabase.migrated()
        let owner = try await database.connect()
        let writable = try await names(
            """
            SELECT c.relname || ' ' || p.privilege
              FROM pg_class c, unnest(ARRAY['INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER']) AS p(privilege)
             WHERE c.relnamespace = 'devshare'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm')
               AND has_table_privilege('devshare_app', c.oid, p.privilege)
            """, on: owner)
        #expect(writable == [])
        let unreadable = try await names(
            """
            SELECT relname::text FROM pg_class
             WHERE relnamespace = 'devshare'::regnamespace AND relkind IN ('r', 'p', 'v', 'm')
               AND NOT has_table_privilege('devshare_app', oid, 'SELECT')
            """, on: owner)
        #expect(unreadable == [])
        let callable = try await names(
            """
            SELECT proname::text FROM pg_proc
             WHERE pronamespace = 'devshare'::regnamespace AND has_function_privilege('devshare_app', oid, 'EXECUTE')
            """, on: owner)
        #expect(
            Set(callable) == [
                "anchor_check", "checkpoint_seal", "clock_check", "idempotency_forget", "members_check", "sharing_append",
                "sign_out_record",
                "webhook_add",
                "webhook_claim",
                "webhook_delivered",
                "webhook_failed",
                "webhook_fan_out", "webhook_ready", "webhook_remove", "webhook_replay", "webhook_rotate",
                "webhook_stop",
            ])
        #expect(
            try await names("SELECT 'create' WHERE has_schema_privilege('devshare_app', 'devshare', 'CREATE')", on: owner) == [])
    }

    @Test func theServerHoldsTheApplicationToIt() async throws {
        let database = try await TestDatabase.migrated()
        var configuration = database.configuration()
        configuration.sessionSetup = "SET ROLE devshare_app"
        let application = try await Connection.connect(configuration)
        _ = try await application.query("SELECT count(*) FROM devshare.event")
        for sql in [
            "INSERT INTO devshare.ledger (name) VALUES ('x')", "UPDATE devshare.ledger SET position = 7",
            "DELETE FROM devshare.event",
            "TRUNCATE devshare.event", "SELECT devshare.rebuild_begin()", "SELECT devshare.rebuild_swap()",
            "SELECT devshare.rebuild_apply(1, '{}')", "SELECT devshare.directory_apply(1, '{}', '{}')",
            "ALTER TABLE devshare.event DISABLE TRIGGER ALL", "CREATE TABLE devshare.mine (n int)",
        ] {
            let error = await #expect(throws: PostgreSQLError.self, "\(sql)") { try await application.query(sql) }
            #expect(error?.sqlState == .insufficientPrivilege, "\(sql)")
        }
        var batch = AppendBatch(ledger: Ledger(key: 1, name: "default"), recordedAt: .now)
        batch.add(command(writes: [("a/1", 0, 1)]))
        let direct = batch.statement
        let error = await #expect(throws: PostgreSQLError.self) { try await application.query(direct) }
        #expect(error?.sqlState == .insufficientPrivilege)
    }

    @Test func eventsAreNeverChangedNotEvenByTheirOwner() async throws {
        let fixture = try await LogFixture()
        try await fixture.append(events: 3, to: "a/1")
        let owner = try await fixture.database.connect()
        for sql in [
            "UPDATE devshare.event SET data = '{}'", "UPDATE devshare.event SET position = position + 10",
            "DELETE FROM devshare.event",
            "DELETE FROM devshare.event WHERE position = 3", "TRUNCATE devshare.event", "TRUNCATE devshare.event CASCADE",
        ] {
            let error = await #expect(throws: PostgreSQLError.self, "\(sql)") { try await owner.query(sql) }
            #expect(error?.sqlState == SQLState(rawValue: "DS001"), "\(sql)")
            #expect(error?.hint != nil)
        }
        #expect(try await fixture.reader.events(after: .start).count == 3)
        await fixture.close()
    }
}
