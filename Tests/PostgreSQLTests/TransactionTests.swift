import PostgreSQL
import TestSupport
import Testing

@Suite("Transactions are whole or not at all")
struct TransactionTests {
    private struct Stop: Error {}

    private func table(on connection: Connection) async throws -> @Sendable () async throws -> Int {
        try await connection.execute(script: "CREATE TABLE t (n int8 PRIMARY KEY DEFERRABLE INITIALLY DEFERRED)")
        return { try await connection.query("SELECT count(*) FROM t").rows[0].decode(0) }
    }

    @Test func committedWhenTheBodyReturns() async throws {
        let connection = try await TestDatabase.empty().connect()
        let count = try await table(on: connection)
        let value = try await connection.transaction { connection in
            _ = try await connection.query("INSERT INTO t VALUES (1)")
            return 7
        }
        #expect(value == 7)
        #expect(try await count() == 1)
    }

    @Test func rolledBackWhenTheBodyThrows() async throws {
        let connection = try await TestDatabase.empty().connect()
        let count = try await table(on: connection)
        await #expect(throws: Stop.self) {
            try await connection.transaction { connection in
                _ = try await connection.query("INSERT INTO t VALUES (1)")
                throw Stop()
            }
        }
        #expect(await !connection.isInTransaction)
        #expect(try await count() == 0)
    }

    @Test func rolledBackWhenTheTaskIsCancelledWhereverThatHits() async throws {
        let connection = try await TestDatabase.empty().connect()
        let count = try await table(on: connection)
        for point in 0..<3 {
            let (reached, signal) = AsyncStream.makeStream(of: Void.self)
            let task = Task {
                try await connection.transaction { connection in
                    _ = try await connection.query("INSERT INTO t VALUES ($1)", point)
                    signal.yield()
                    switch point {
                    case 0: _ = try await connection.query("SELECT pg_sleep(60)")
                    case 1: try await Task.sleep(for: .seconds(60))
                    default: while !Task.isCancelled { await Task.yield() }  // returns as if nothing had happened
                    }
                }
            }
            for await _ in reached { break }
            task.cancel()
            await #expect(throws: (any Error).self) { try await task.value }
            #expect(await !connection.isInTransaction)
            #expect(try await count() == 0)
        }
    }

    @Test func aCommitThatFailsIsAnErrorAndLeavesTheConnectionUsable() async throws {
        let connection = try await TestDatabase.empty().connect()
        let count = try await table(on: connection)
        let deferred = await #expect(throws: PostgreSQLError.self) {
            try await connection.transaction { connection in _ = try await connection.query("INSERT INTO t VALUES (1), (1)") }
        }
        #expect(deferred?.sqlState == .uniqueViolation)
        #expect(try await count() == 0)
        let swallowed = await #expect(throws: PostgreSQLError.self) {
            try await connection.transaction { connection in
                _ = try await connection.query("INSERT INTO t VALUES (1)")
                _ = try? await connection.query("SELECT 1 / 0")
            }
        }
        #expect(swallowed?.code == .transactionAborted)
        #expect(try await count() == 0)
    }

    @Test func aTransactionInsideATransactionIsRefused() async throws {
        let connection = try await TestDatabase.empty().connect()
        let error = await #expect(throws: PostgreSQLError.self) {
            try await connection.transaction { connection in try await connection.transaction { _ in } }
        }
        #expect(error?.code == .unexpectedStatement)
        #expect(await !connection.isInTransaction)
    }

    @Test(arguments: [IsolationLevel.readCommitted, .repeatableRead, .serializable], [true, false])
    func isolationAndReadOnlyAreTheServers(level: IsolationLevel, readOnly: Bool) async throws {
        let connection = try await TestDatabase.empty().connect()
        try await connection.transaction(isolation: level, readOnly: readOnly) { connection in
            let row = try await connection.query(
                "SELECT upper(current_setting('transaction_isolation')), current_setting('transaction_read_only')::bool"
            ).rows[0]
            #expect(try row.decode(0) == level.rawValue)
            #expect(try row.decode(1) == readOnly)
        }
    }
}
