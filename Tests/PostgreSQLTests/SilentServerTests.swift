import PostgreSQL
import TestSupport
import Testing

@Suite("A server that falls silent is given up in time, and one that is only slow is not", .timeLimit(.minutes(5)))
struct SilentServerTests {
    private func configuration(
        _ connectionString: String, statement: Duration = .seconds(2), silence: Duration = .seconds(30)
    ) -> ConnectionConfiguration {
        ConnectionConfiguration(
            connectionString: connectionString, connectTimeout: .seconds(60), statementTimeout: statement,
            cancelTimeout: .seconds(1), silenceTimeout: silence)
    }

    @Test(arguments: [false, true]) func aStatementThatIsNeverAnswered(isScript: Bool) async throws {
        let database = try await TestDatabase.empty()
        let proxy = try SocketProxy(target: database.socketDirectory)
        defer { proxy.close() }
        let connection = try await Connection.connect(configuration(database.connectionString(through: proxy)))
        func work() async throws {
            if isScript { return try await connection.execute(script: "SELECT 1") }
            _ = try await connection.query("SELECT 1")
        }
        try await work()
        proxy.fallSilent()
        let error = await #expect(throws: PostgreSQLError.self) { try await work() }
        #expect(error?.code == .connectionLost)
        #expect(error?.isRetryable == true)
        #expect(error?.message == "the server did not answer within the statement timeout of 2.0 seconds and 1.0 seconds more")
        #expect(await !connection.isUsable)
    }

    @Test("A COPY that stops coming is given up, with and without a statement timeout of its own", arguments: [false, true])
    func aCopyThatStopsComing(withoutTimeout: Bool) async throws {
        let database = try await TestDatabase.empty()
        let proxy = try SocketProxy(target: database.socketDirectory)
        defer { proxy.close() }
        let connection = try await Connection.connect(
            configuration(database.connectionString(through: proxy), statement: .seconds(15), silence: .seconds(1)))
        var batches = 0
        let error = await #expect(throws: PostgreSQLError.self) {
            let rows = "SELECT generate_series(1, 1000000000)"
            for try await _ in connection.copyOut("COPY (\(rows)) TO STDOUT (FORMAT binary)", withoutTimeout: withoutTimeout) {
                batches += 1
                if batches == 1 { proxy.fallSilent() }
            }
        }
        #expect(batches > 0)
        #expect(error?.code == .connectionLost)
        #expect(await !connection.isUsable)
    }

    @Test func aListenerNoticesThatTheServerIsSilentForGood() async throws {
        let database = try await TestDatabase.empty()
        let proxy = try SocketProxy(target: database.socketDirectory)
        defer { proxy.close() }
        let connection = try await Connection.connect(configuration(database.connectionString(through: proxy)))
        let notifications = try await connection.notifications(on: "quiet")
        proxy.fallSilent()
        let error = await #expect(throws: PostgreSQLError.self) { for try await _ in notifications {} }
        #expect(error?.code == .connectionLost)
        #expect(await !connection.isUsable)
    }

    @Test func aRollbackThatIsNeverAnsweredHoldsUpNeitherItsCallerNorThePool() async throws {
        struct Abandoned: Error {}
        let database = try await TestDatabase.empty()
        let proxy = try SocketProxy(target: database.socketDirectory)
        defer { proxy.close() }
        let pool = Pool(
            configuration: PoolConfiguration(connection: configuration(database.connectionString(through: proxy))))
        await #expect(throws: Abandoned.self) {
            try await pool.withConnection { connection in
                try await connection.transaction { (_: Connection) -> Void in
                    proxy.fallSilent()
                    throw Abandoned()
                }
            }
        }
        await pool.shutdown()
        #expect(await pool.usage.lent == 0)
    }

    @Test("Connections that lay idle beside one that fell silent are not lent: each would be waited for as long")
    func idleConnections() async throws {
        let database = try await TestDatabase.empty()
        let proxy = try SocketProxy(target: database.socketDirectory)
        defer { proxy.close() }
        let pool = Pool(
            configuration: PoolConfiguration(connection: configuration(database.connectionString(through: proxy))))
        try await pool.withConnection { _ in try await pool.withConnection { _ in try await pool.withConnection { _ in } } }
        #expect(await pool.usage.idle == 3)
        proxy.fallSilent()
        await #expect(throws: PostgreSQLError.self) { try await pool.withConnection { _ = try await $0.query("SELECT 1") } }
        #expect(await pool.usage.idle == 0)
        await pool.shutdown()
    }

    @Test func whatTakesItsTimeIsLeftAlone() async throws {
        let database = try await TestDatabase.empty()
        let listener = try await Connection.connect(configuration(database.connectionString))
        let notifications = try await listener.notifications(on: "late")
        let heard: Task<String?, any Error> = Task {
            for try await notification in notifications { return notification.payload }
            return nil
        }
        // Each statement takes a second, and all of them longer than a single one may.
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await onConnection(database) { connection in
                    for _ in 0..<4 { _ = try await connection.query("SELECT pg_sleep(1)") }
                }
            }
            group.addTask {
                try await onConnection(database) { connection in
                    _ = try await connection.pipeline(Array(repeating: Statement("SELECT pg_sleep(1)"), count: 4))
                }
            }
            group.addTask {
                try await onConnection(database) { connection in
                    let script = Array(repeating: "SELECT pg_sleep(1)", count: 4).joined(separator: "; ")
                    try await connection.execute(script: script)
                }
            }
            group.addTask {
                try await onConnection(database) { connection in
                    var rows = 0
                    let sql = "COPY (SELECT 1::int4 FROM pg_sleep(4)) TO STDOUT (FORMAT binary)"
                    for try await batch in connection.copyOut(sql, withoutTimeout: true) { rows += batch.count }
                    #expect(rows == 1)
                }
            }
            try await group.waitForAll()
        }
        try await onConnection(database) { connection in _ = try await connection.query("SELECT pg_notify('late', 'news')") }
        #expect(try await heard.value == "news")
        await listener.close()
    }

    private func onConnection(
        _ database: TestDatabase, _ body: @Sendable (Connection) async throws -> Void
    ) async throws {
        let connection = try await Connection.connect(configuration(database.connectionString))
        try await body(connection)
        await connection.close()
    }
}
