import PostgreSQL
import TestSupport
import Testing

@Suite("Statements are prepared once, and the least used make room")
struct PreparedStatementTests {
    private func held(by connection: Connection) async throws -> Set<String> {
        // What was evicted leaves with the next round trip, which evicts one more. The rest by the simple protocol, so that it is not prepared itself.
        _ = try await connection.query("SELECT 'the next round trip'")
        try await connection.execute(script: "CREATE TEMPORARY TABLE IF NOT EXISTS held (sql text)")
        try await connection.execute(script: "TRUNCATE held; INSERT INTO held SELECT statement FROM pg_prepared_statements")
        let texts = try await connection.query("SELECT sql FROM held").rows.map { try $0.decode(0, as: String.self) }
        return Set(texts)
    }

    @Test func theTextAndTheTypesOfTheParametersMakeAStatement() async throws {
        let connection = try await TestDatabase.empty().connect()
        for _ in 0..<3 { _ = try await connection.query("SELECT 1, $1", 1) }
        _ = try await connection.query("SELECT 1, $1", "text")
        let row = try await connection.query(
            "SELECT count(*), sum(generic_plans + custom_plans)::int8 FROM pg_prepared_statements WHERE statement = 'SELECT 1, $1'"
        ).rows[0]
        #expect(try row.decode(0, as: Int.self) == 2)
        #expect(try row.decode(1, as: Int.self) == 4)
    }

    @Test func evictedStatementsLeaveTheServerAndComeBackWhenUsed() async throws {
        let connection = try await TestDatabase.empty().connect(preparedStatements: 2)
        var random = SeededGenerator()
        for _ in 0..<200 {
            let number = Int.random(in: 0..<5, using: &random)
            #expect(
                try await connection.query("SELECT $1 + \(number)", 10).rows[0].decode(0, as: Int.self) == 10 + number,
                "\(random)")
        }
        #expect(try await held(by: connection).count <= 3)
    }

    @Test func aPipelineMayHoldMoreStatementsThanTheCache() async throws {
        let connection = try await TestDatabase.empty().connect(preparedStatements: 2)
        for _ in 0..<3 {
            let numbers = [0, 1, 2, 3, 0, 1, 2, 3, 0]
            let results = try await connection.pipeline(numbers.map { Statement("SELECT \($0)::int8") })
            #expect(try results.map { try $0.rows[0].decode(0, as: Int.self) } == numbers)
        }
        #expect(try await held(by: connection).count <= 3)
    }

    @Test func aStatementThatCannotBePreparedIsAnErrorEachTimeAndDisturbsNoOther() async throws {
        let connection = try await TestDatabase.empty().connect(preparedStatements: 2)
        for _ in 0..<3 {
            let syntax = await #expect(throws: PostgreSQLError.self) { try await connection.query("SELEC 1") }
            #expect(syntax?.sqlState == .syntaxError)
            #expect(syntax?.report?.position == 1)
            let error = await #expect(throws: PostgreSQLError.self) {
                // Evicted in the pipeline that fails to prepare it.
                try await connection.pipeline(
                    ["SELECT 1", "SELECT FROM nowhere", "SELECT 2", "SELECT 3", "SELECT 4"].map { Statement($0) })
            }
            #expect(error?.sqlState == .undefinedTable)
            #expect(error?.statementIndex == 1)
            #expect(try await connection.query("SELECT 2").rows[0].decode(0, as: Int32.self) == 2)
        }
        try await connection.execute(script: "CREATE TABLE nowhere (n int)")
        #expect(try await connection.query("SELECT FROM nowhere").rows.isEmpty)
    }

    @Test func evictionInsideATransactionThatFailsWaitsForItsEnd() async throws {
        let connection = try await TestDatabase.empty().connect(preparedStatements: 2)
        try await connection.execute(script: "BEGIN")
        for number in 0..<4 { _ = try await connection.query("SELECT \(number)") }
        await #expect(throws: PostgreSQLError.self) { try await connection.query("SELECT 1 / 0") }
        #expect(try await connection.query("ROLLBACK").commandTag == "ROLLBACK")
        for number in 0..<4 { _ = try await connection.query("SELECT \(number)") }
        #expect(try await held(by: connection).count <= 3)
    }

    @Test func whatSomebodyElseDeallocatedIsPreparedAnewAtTheSecondTry() async throws {
        let connection = try await TestDatabase.empty().connect()
        _ = try await connection.query("SELECT 5")
        try await connection.execute(script: "DEALLOCATE ALL")
        let error = await #expect(throws: PostgreSQLError.self) { try await connection.query("SELECT 5") }
        #expect(error?.sqlState == .invalidStatementName)
        #expect(try await connection.query("SELECT 5").rows[0].decode(0, as: Int32.self) == 5)
    }

    @Test func aTableThatChangedItsShapeIsReadAnewAtTheSecondTry() async throws {
        let connection = try await TestDatabase.empty().connect()
        try await connection.execute(script: "CREATE TABLE t AS SELECT 1 AS a")
        #expect(try await connection.query("SELECT * FROM t").columns.count == 1)
        try await connection.execute(script: "ALTER TABLE t ADD b text")
        let error = await #expect(throws: PostgreSQLError.self) { try await connection.query("SELECT * FROM t") }
        #expect(error?.sqlState == .featureNotSupported)
        #expect(try await connection.query("SELECT * FROM t").columns.map(\.name) == ["a", "b"])
    }
}
