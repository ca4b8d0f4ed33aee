import Canonical
import PostgreSQL
import TestSupport
import Testing

@Suite("Several statements travel in one round trip")
struct PipelineTests {
    @Test func theConversationTurnsRoundOnce() async throws {
        let database = try await TestDatabase.empty()
        let proxy = try SocketProxy(target: database.socketDirectory)
        defer { proxy.close() }
        let connection = try await Connection.connect(
            ConnectionConfiguration(connectionString: database.connectionString(through: proxy)))
        let before = proxy.roundTrips
        let results = try await connection.pipeline((0..<50).map { Statement("SELECT $1 * 2, now()", [$0]) })
        #expect(proxy.roundTrips == before + 1)
        #expect(try results.map { try $0.rows[0].decode(0, as: Int.self) } == (0..<50).map { $0 * 2 })
        // One transaction, as the time of its begin shows.
        #expect(Set(try results.map { try $0.rows[0].decode(1, as: Timestamp.self) }).count == 1)
    }

    @Test func anErrorNamesItsStatementAndNothingOfThePipelineTakesEffect() async throws {
        let connection = try await TestDatabase.empty().connect()
        try await connection.execute(script: "CREATE TABLE t (n int8 PRIMARY KEY)")
        for failing in [0, 3, 9] {
            var statements = (0..<10).map { Statement("INSERT INTO t VALUES ($1)", [$0]) }
            statements[failing] = Statement("INSERT INTO t SELECT 1 / ($1 - $1)", [failing])
            let error = await #expect(throws: PostgreSQLError.self) { try await connection.pipeline(statements) }
            #expect(error?.statementIndex == failing)
            #expect(error?.sqlState == SQLState(rawValue: "22012"))
            #expect(
                error?.description == "statement-failed: division by zero (statement \(failing) of the pipeline) [SQLSTATE 22012]"
            )
            #expect(try await connection.query("SELECT count(*) FROM t").rows[0].decode(0, as: Int.self) == 0)
        }
    }

    @Test func anErrorInATransactionLeavesItToBeRolledBack() async throws {
        let connection = try await TestDatabase.empty().connect()
        try await connection.execute(script: "CREATE TABLE t (n int8 PRIMARY KEY)")
        let error = await #expect(throws: PostgreSQLError.self) {
            try await connection.transaction { connection in
                _ = try await connection.query("INSERT INTO t VALUES (1)")
                _ = try await connection.pipeline([Statement("INSERT INTO t VALUES (2)"), Statement("INSERT INTO t VALUES (1)")])
            }
        }
        #expect(error?.statementIndex == 1)
        #expect(error?.sqlState == .uniqueViolation)
        #expect(error?.constraint == "t_pkey")
        #expect(try await connection.query("SELECT count(*) FROM t").rows[0].decode(0, as: Int.self) == 0)
    }

    @Test func moreThanEitherSocketHoldsGoesBothWaysAtOnce() async throws {
        let connection = try await TestDatabase.empty().connect()
        let block = [UInt8](repeating: 7, count: 1 << 20)
        // Neither side could go on if it first wanted to be rid of all it has to say.
        let results = try await connection.pipeline((0..<40).map { Statement("SELECT $1, $2", [$0, block]) })
        #expect(results.count == 40)
        for (index, result) in results.enumerated() {
            #expect(try result.rows[0].decode(0, as: Int.self) == index)
            #expect(try result.rows[0].decode(1, as: [UInt8].self).count == block.count)
        }
    }

    @Test func callersOfOneConnectionTakeTurnsAndEachGetsItsOwnAnswer() async throws {
        let connection = try await TestDatabase.empty().connect()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for caller in 0..<100 {
                group.addTask {
                    for round in 0..<5 {
                        let row = try await connection.query("SELECT $1 || '/' || $2", "\(caller)", "\(round)").rows[0]
                        #expect(try row.decode(0) == "\(caller)/\(round)")
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    @Test func tooManyParametersAreRefusedBeforeTheyAreSent() async throws {
        let connection = try await TestDatabase.empty().connect()
        let parameters = [Int](repeating: 1, count: 65_536)
        let error = await #expect(throws: PostgreSQLError.self) { try await connection.query(Statement("SELECT 1", parameters)) }
        #expect(error?.code == .limitExceeded)
        #expect(try await connection.pipeline([]).isEmpty)
        #expect(await connection.isUsable)
    }

    @Test func copyInAPipelineOrScriptIsRefusedAndEndsTheConnection() async throws {
        let database = try await TestDatabase.empty()
        for sql in ["COPY (SELECT 1) TO STDOUT", "COPY pg_catalog.pg_class TO STDOUT (FORMAT binary)"] {
            let connection = try await database.connect()
            let error = await #expect(throws: PostgreSQLError.self) { try await connection.query(sql) }
            #expect(error?.code == .unexpectedStatement)
            #expect(await !connection.isUsable)
        }
        for sql in ["COPY (SELECT 1) TO STDOUT", "CREATE TEMPORARY TABLE t (n int); COPY t FROM STDIN"] {
            let connection = try await database.connect()
            let error = await #expect(throws: PostgreSQLError.self) { try await connection.execute(script: sql) }
            #expect(error?.code == .unexpectedStatement)
            #expect(await !connection.isUsable)
        }
    }

    @Test func aScriptThatFailsHalfwayLeavesNoTransactionBehind() async throws {
        let connection = try await TestDatabase.empty().connect()
        let error = await #expect(throws: PostgreSQLError.self) {
            try await connection.execute(script: "BEGIN; CREATE TABLE t (n int); SELECT 1 / 0; COMMIT; SELECT 1")
        }
        #expect(error?.sqlState == SQLState(rawValue: "22012"))
        #expect(await !connection.isInTransaction)
        #expect(try await connection.query("SELECT to_regclass('t') IS NULL").rows[0].decode(0, as: Bool.self))
        // Without a transaction of its own, a script is one.
        await #expect(throws: PostgreSQLError.self) {
            try await connection.execute(script: "CREATE TABLE t (n int); SELECT 1 / 0")
        }
        #expect(try await connection.query("SELECT to_regclass('t') IS NULL").rows[0].decode(0, as: Bool.self))
        try await connection.execute(script: "BEGIN; CREATE TABLE t (n int)")
        #expect(await connection.isInTransaction)
        await #expect(throws: PostgreSQLError.self) { try await connection.execute(script: "SELECT 1 / 0") }
        #expect(await connection.isInTransaction, "a transaction that was open before is its owner's to end")
        try await connection.execute(script: "ROLLBACK")
    }
}
