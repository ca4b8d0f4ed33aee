import PostgreSQL
import TestSupport
import Testing

@Suite("Errors carry what the server says")
struct ServerErrorTests {
    @Test func allFieldsOfARaisedError() async throws {
        let connection = try await TestDatabase.empty().connect()
        let error = await #expect(throws: PostgreSQLError.self) {
            try await connection.execute(
                script: """
                    DO $$ BEGIN
                        RAISE EXCEPTION 'no such luck' USING ERRCODE = 'DS099', DETAIL = 'the detail', HINT = 'the hint',
                            CONSTRAINT = 'the_constraint', TABLE = 'the_table', COLUMN = 'the_column', SCHEMA = 'the_schema';
                    END $$
                    """)
        }
        #expect(error?.code == .statementFailed)
        #expect(error?.sqlState == SQLState(rawValue: "DS099"))
        #expect(error?.severity == "ERROR")
        #expect(error?.message == "no such luck")
        #expect(error?.detail == "the detail")
        #expect(error?.hint == "the hint")
        #expect(error?.constraint == "the_constraint")
        #expect(error?.table == "the_table")
        #expect(error?.column == "the_column")
        #expect(error?.report?.schema == "the_schema")
        #expect(error?.report?.context?.contains("line 2 at RAISE") == true)
        #expect(error?.statementIndex == nil)
        #expect(error?.isRetryable == false)
        #expect(error?.description == "statement-failed: no such luck [SQLSTATE DS099] Detail: the detail Hint: the hint")
    }

    @Test func constraintsAreNamed() async throws {
        let connection = try await TestDatabase.empty().connect()
        try await connection.execute(
            script: """
                CREATE TABLE parent (n int8 CONSTRAINT parent_key PRIMARY KEY);
                CREATE TABLE child (n int8 CONSTRAINT child_parent REFERENCES parent, m int8 CONSTRAINT child_small CHECK (m < 5),
                                    o int8 NOT NULL);
                INSERT INTO parent VALUES (1)
                """)
        let cases: [(sql: String, state: SQLState, constraint: String?, column: String?)] = [
            ("INSERT INTO parent VALUES (1)", .uniqueViolation, "parent_key", nil),
            ("INSERT INTO child VALUES (2, 1, 1)", .foreignKeyViolation, "child_parent", nil),
            ("INSERT INTO child VALUES (1, 9, 1)", .checkViolation, "child_small", nil),
            ("INSERT INTO child VALUES (1, 1, NULL)", .notNullViolation, nil, "o"),
        ]
        for (sql, state, constraint, column) in cases {
            let error = await #expect(throws: PostgreSQLError.self) { try await connection.query(sql) }
            #expect(error?.sqlState == state)
            #expect(error?.constraint == constraint)
            #expect(error?.column == column)
            #expect(error?.isRetryable == false)
        }
    }

    @Test func whatMayPassIsRetryable() async throws {
        let database = try await TestDatabase.empty()
        let (one, other) = (try await database.connect(), try await database.connect())
        try await one.execute(script: "CREATE TABLE t AS SELECT 1 AS n")
        let serialization = await #expect(throws: PostgreSQLError.self) {
            try await one.transaction(isolation: .serializable) { one in
                _ = try await one.query("SELECT n FROM t")
                _ = try await other.query("UPDATE t SET n = n + 1")
                _ = try await one.query("UPDATE t SET n = n + 1")
            }
        }
        #expect(serialization?.sqlState == .serializationFailure)
        #expect(serialization?.isRetryable == true)
        let locked = await #expect(throws: PostgreSQLError.self) {
            try await one.transaction { one in
                _ = try await one.query("LOCK TABLE t")
                try await other.execute(script: "BEGIN; LOCK TABLE t NOWAIT")
            }
        }
        #expect(locked?.sqlState == .lockNotAvailable)
        #expect(locked?.isRetryable == true)
        for code in PostgreSQLError.Code.allCases {
            let expected = [.connectionFailed, .connectionLost, .poolExhausted, .timedOut].contains(code)
            #expect(PostgreSQLError(code, "").isRetryable == expected, "\(code)")
        }
    }
}
