import EmbeddedPostgres
import Foundation
import PostgreSQL
import TestSupport
import Testing

@Suite("A connection that breaks is reported as lost, and may be made anew")
struct LostConnectionTests {
    private func processIdentifier(_ connection: Connection) async throws -> Int32 {
        try await connection.query("SELECT pg_backend_pid()").rows[0].decode(0)
    }

    @Test func aTerminatedBackendSaysWhy() async throws {
        let database = try await TestDatabase.empty()
        let observer = try await database.connect()
        for isAtWork in [true, false] {
            let connection = try await database.connect()
            let process = try await processIdentifier(connection)
            let task = Task { if isAtWork { _ = try await connection.query("SELECT pg_sleep(64)") } }
            if isAtWork {
                try await eventually("the statement runs") { try await database.isRunning("pg_sleep(64)", seenBy: observer) }
            }
            _ = try await observer.query("SELECT pg_terminate_backend($1, 20000)", process)
            let error = await #expect(throws: PostgreSQLError.self) {
                try await task.value
                _ = try await connection.query("SELECT 1")
            }
            #expect(error?.code == .connectionLost)
            #expect(error?.sqlState == .adminShutdown)
            #expect(error?.severity == "FATAL")
            #expect(error?.isRetryable == true)
            #expect(await !connection.isUsable)
            let again = await #expect(throws: PostgreSQLError.self) { try await connection.query("SELECT 1") }
            #expect(again?.code == .connectionLost)
        }
    }

    @Test func aScriptACopyAndAListenerNoticeToo() async throws {
        let database = try await TestDatabase.empty()
        let observer = try await database.connect()
        func terminated(_ fragment: String, _ body: @Sendable @escaping (Connection) async throws -> Void) async throws {
            let connection = try await database.connect()
            let process = try await processIdentifier(connection)
            let task = Task { try await body(connection) }
            try await eventually("\(fragment) has begun") {
                try await observer.query(
                    "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE pid = $1 AND query LIKE $2)", process, "\(fragment)%"
                ).rows[0].decode(0, as: Bool.self)
            }
            _ = try await observer.query("SELECT pg_terminate_backend($1, 20000)", process)
            let error = await #expect(throws: PostgreSQLError.self) { try await task.value }
            #expect(error?.code == .connectionLost)
            #expect(error?.isRetryable == true)
            #expect(await !connection.isUsable)
        }
        try await terminated("SELECT pg_sleep") { try await $0.execute(script: "SELECT pg_sleep(65)") }
        try await terminated("COPY") { connection in
            for try await _ in connection.copyOut(
                "COPY (SELECT n, pg_sleep(0.01) FROM generate_series(1, 10000) n) TO STDOUT (FORMAT binary)")
            {}
        }
        try await terminated("LISTEN") { connection in for try await _ in try await connection.notifications(on: "c") {} }
    }

    /// What watches the sockets must not lose count where the server hangs up while other connections begin and end: dispatch
    /// sources ended the process with an illegal instruction here.
    @Test func connectionsThatEndWhileOthersBeginDisturbNobody() async throws {
        let database = try await TestDatabase.empty()
        try await withThrowingTaskGroup { group in
            for _ in 0..<8 {
                group.addTask {
                    for _ in 0..<100 {
                        let connection = try await database.connect()
                        let error = await #expect(throws: PostgreSQLError.self) {
                            try await connection.query("SELECT pg_terminate_backend(pg_backend_pid()), pg_sleep(60)")
                        }
                        #expect(error?.sqlState == .adminShutdown)
                        await connection.close()
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    @Test func aServerThatCrashesAndRecoversIsReachedAgainThroughThePool() async throws {
        let server = try await EmbeddedPostgres.start()
        let pool = Pool(
            configuration: PoolConfiguration(
                connection: ConnectionConfiguration(connectionString: server.connectionString), maximumConnections: 4))
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<4 { group.addTask { _ = try await pool.withConnection { try await $0.query("SELECT pg_sleep(0.05)") } } }
            try await group.waitForAll()
        }
        #expect(await pool.usage.idle > 0)
        // Killing one backend makes the server end all others and recover.
        let atWork = Task { try await pool.withConnection { try await $0.query("SELECT pg_sleep(66)") } }
        let victim: Int32 = try await pool.withConnection { try await $0.query("SELECT pg_backend_pid()").rows[0].decode(0) }
        try await pool.withConnection { connection in
            while try await connection.query(
                "SELECT NOT EXISTS (SELECT FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep(66)%')"
            )
            .rows[0].decode(0, as: Bool.self) { await Task.yield() }
        }
        kill(victim, SIGKILL)
        let error = await #expect(throws: PostgreSQLError.self) { try await atWork.value }
        #expect(error?.code == .connectionLost)
        // Whoever comes meanwhile is told to come again, and succeeds in the end.
        try await eventually("the server is back") {
            do {
                return try await pool.withConnection { try await $0.query("SELECT 1").rows[0].decode(0, as: Int32.self) } == 1
            } catch let error as PostgreSQLError {
                #expect(error.isRetryable, "\(error)")
                return false
            }
        }
        await pool.shutdown()
        try await server.stop()
    }

    @Test func afterARestartIdleConnectionsAreReplacedUnnoticed() async throws {
        let folder = URL(fileURLWithPath: "/tmp/devshare-restart-\(UUID().uuidString.prefix(8))")
        defer { try? FileManager.default.removeItem(at: folder) }
        let first = try await EmbeddedPostgres.start(.init(directory: folder))
        let pool = Pool(
            configuration: PoolConfiguration(connection: ConnectionConfiguration(connectionString: first.connectionString)))
        let before: Int32 = try await pool.withConnection { try await $0.query("SELECT pg_backend_pid()").rows[0].decode(0) }
        try await first.stop()
        let refused = await #expect(throws: PostgreSQLError.self) {
            _ = try await pool.withConnection { try await $0.query("SELECT 1") }
        }
        #expect(refused?.isRetryable == true)
        let second = try await EmbeddedPostgres.start(.init(directory: folder))
        #expect(second.connectionString == first.connectionString)
        let after: Int32 = try await pool.withConnection { try await $0.query("SELECT pg_backend_pid()").rows[0].decode(0) }
        #expect(after != before)
        await pool.shutdown()
        try await second.stop()
    }
}
