import Foundation
import PostgreSQL
import TestSupport
import Testing

@Suite("Cancelling a task cancels its statement and leaves the connection usable")
struct CancellationTests {
    @Test func theStatementEndsOnTheServer() async throws {
        let database = try await TestDatabase.empty()
        let (connection, observer) = (try await database.connect(), try await database.connect())
        let task = Task { try await connection.query("SELECT pg_sleep(60)") }
        try await eventually("the statement runs") { try await database.isRunning("pg_sleep(60)", seenBy: observer) }
        task.cancel()
        let error = await #expect(throws: PostgreSQLError.self) { try await task.value }
        #expect(error?.code == .cancelled)
        #expect(error?.sqlState == .queryCanceled)
        #expect(try await !database.isRunning("pg_sleep(60)", seenBy: observer))
        #expect(try await connection.query("SELECT 1").rows[0].decode(0, as: Int32.self) == 1)
    }

    @Test func aCancellationThatComesBeforeItsStatementIsNotLost() async throws {
        let database = try await TestDatabase.empty()
        let connection = try await database.connect()
        // At random moments around the sending.
        var random = SeededGenerator()
        for _ in 0..<30 {
            let spins = Int.random(in: 0..<4_000, using: &random)
            let task = Task { try await connection.query("SELECT pg_sleep(60)") }
            for _ in 0..<spins { _ = ContinuousClock.now }
            task.cancel()
            let error = await #expect(throws: PostgreSQLError.self, "\(random)") { try await task.value }
            #expect(error?.code == .cancelled, "\(random)")
        }
        #expect(try await connection.query("SELECT 1").rows[0].decode(0, as: Int32.self) == 1)
    }

    @Test func scriptsAndPipelinesAreCancelledToo() async throws {
        let database = try await TestDatabase.empty()
        let (connection, observer) = (try await database.connect(), try await database.connect())
        let script = Task { try await connection.execute(script: "BEGIN; SELECT pg_sleep(60); COMMIT") }
        try await eventually("the script runs") { try await database.isRunning("pg_sleep(60)", seenBy: observer) }
        script.cancel()
        #expect(await #expect(throws: PostgreSQLError.self) { try await script.value }?.code == .cancelled)
        #expect(await !connection.isInTransaction)
        let pipeline = Task {
            try await connection.pipeline([Statement("SELECT 1"), Statement("SELECT pg_sleep(61)"), Statement("SELECT 2")])
        }
        try await eventually("the pipeline runs") { try await database.isRunning("pg_sleep(61)", seenBy: observer) }
        pipeline.cancel()
        let error = await #expect(throws: PostgreSQLError.self) { _ = try await pipeline.value }
        #expect(error?.code == .cancelled)
        #expect(error?.statementIndex == 1)
        #expect(try await connection.query("SELECT 1").rows[0].decode(0, as: Int32.self) == 1)
    }

    @Test func whoWaitsForATurnIsAnsweredAtOnceAndTheOneAtWorkIsNotDisturbed() async throws {
        let database = try await TestDatabase.empty()
        let (connection, blocker, observer) = (
            try await database.connect(), try await database.connect(), try await database.connect()
        )
        _ = try await blocker.query("SELECT pg_advisory_lock(1)")
        let atWork = Task {
            try await connection.query("SELECT 'at work', pg_advisory_lock_shared(1)").rows[0].decode(0, as: String.self)
        }
        try await eventually("the first runs") { try await database.isRunning("at work", seenBy: observer) }
        let waiting = (0..<10).map { number in
            Task { try await connection.query("SELECT $1", number).rows[0].decode(0, as: Int.self) }
        }
        for task in waiting where task == waiting[3] || task == waiting[7] { task.cancel() }
        for index in [3, 7] {
            let error = await #expect(throws: PostgreSQLError.self) { try await waiting[index].value }
            #expect(error?.code == .cancelled)
        }
        #expect(try await database.isRunning("at work", seenBy: observer))
        _ = try await blocker.query("SELECT pg_advisory_unlock(1)")
        #expect(try await atWork.value == "at work")
        for index in [0, 1, 2, 4, 5, 6, 8, 9] { #expect(try await waiting[index].value == index) }
    }

    @Test func stormsOfCancellationNeverMixUpAnswersNorHitSomebodyElse() async throws {
        let database = try await TestDatabase.empty()
        let connection = try await database.connect(preparedStatements: 3)
        let random = SeededGenerator()
        try await withThrowingTaskGroup(of: Void.self) { group in
            var split = random
            for caller in 0..<24 {
                var random = split.split()
                let context = split.description
                group.addTask {
                    for round in 0..<25 {
                        let tag = "\(caller)/\(round)"
                        let isDoomed = Bool.random(using: &random)
                        let sleep = isDoomed ? Double.random(in: 0...0.02, using: &random) : 0
                        let pause = isDoomed ? Int.random(in: 0...10_000, using: &random) : nil
                        let kind = Int.random(in: 0..<3, using: &random)
                        let task = Task {
                            let statement = Statement("SELECT $1, pg_sleep($2), \(kind)", [tag, sleep])
                            let results = try await connection.pipeline(Array(repeating: statement, count: kind + 1))
                            return try results.map { try $0.rows[0].decode(0, as: String.self) }
                        }
                        if let pause {
                            try await Task.sleep(for: .microseconds(pause))
                            task.cancel()
                        }
                        do {
                            #expect(try await task.value == Array(repeating: tag, count: kind + 1), "\(context)")
                        } catch let error as PostgreSQLError {
                            #expect(error.code == .cancelled && isDoomed, "\(error) hit \(tag); \(context)")
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(try await connection.query("SELECT 1").rows[0].decode(0, as: Int32.self) == 1)
    }

    @Test func aServerThatDoesNotAnswerIsGivenUp() async throws {
        let database = try await TestDatabase.empty()
        let proxy = try SocketProxy(target: database.socketDirectory)
        defer { proxy.close() }
        let connection = try await Connection.connect(
            ConnectionConfiguration(
                connectionString: database.connectionString(through: proxy), cancelTimeout: .milliseconds(300)))
        let observer = try await database.connect()
        let task = Task { try await connection.query("SELECT pg_sleep(68)") }
        try await eventually("the statement runs") { try await database.isRunning("pg_sleep(68)", seenBy: observer) }
        proxy.fallSilent()
        task.cancel()
        let error = await #expect(throws: PostgreSQLError.self) { try await task.value }
        #expect(error?.code == .connectionLost)
        #expect(error?.message == "the server did not end a cancelled statement within 0.3 seconds")
        #expect(await !connection.isUsable)
    }

    @Test func whatTakesTooLongTimesOutAndWhatAnAdministratorCancelsDoesNot() async throws {
        let database = try await TestDatabase.empty()
        let (connection, observer) = (
            try await database.connect(statementTimeout: .milliseconds(1_500)), try await database.connect()
        )
        let slow = await #expect(throws: PostgreSQLError.self) { try await connection.query("SELECT pg_sleep(60)") }
        #expect(slow?.code == .timedOut)
        #expect(slow?.sqlState == .queryCanceled)
        #expect(slow?.isRetryable == false)
        #expect(slow?.message == "the statement took longer than 1.5 seconds")
        #expect(try await connection.query("SELECT 1").rows[0].decode(0, as: Int32.self) == 1)
        // It is the statement's time and not the pipeline's.
        #expect(try await connection.pipeline(Array(repeating: Statement("SELECT pg_sleep(0.4)"), count: 6)).count == 6)
        let other = try await database.connect()
        let task = Task { try await other.query("SELECT pg_sleep(62)") }
        try await eventually("the statement runs") { try await database.isRunning("pg_sleep(62)", seenBy: observer) }
        _ = try await observer.query(
            "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(62)%' AND pid <> pg_backend_pid()")
        let cancelled = await #expect(throws: PostgreSQLError.self) { try await task.value }
        #expect(cancelled?.code == .statementFailed)
        #expect(cancelled?.sqlState == .queryCanceled)
    }

    @Test func closingEndsWhatRunsAndWhatWaits() async throws {
        let database = try await TestDatabase.empty()
        let (connection, observer) = (try await database.connect(), try await database.connect())
        let tasks = (0..<3).map { _ in Task { try await connection.query("SELECT pg_sleep(63)") } }
        try await eventually("the statement runs") { try await database.isRunning("pg_sleep(63)", seenBy: observer) }
        await connection.close()
        for task in tasks {
            let error = await #expect(throws: PostgreSQLError.self) { try await task.value }
            #expect(error?.code == .connectionClosed)
        }
        try await eventually("the session is gone") { try await database.sessions(seenBy: observer) == 0 }
        let late = await #expect(throws: PostgreSQLError.self) { try await connection.query("SELECT 1") }
        #expect(late?.code == .connectionClosed)
        await connection.close()
    }
}
