import Foundation
import PostgreSQL
import TestSupport
import Testing

@Suite("The pool is bounded, fair, and loses nothing")
struct PoolTests {
    private struct Stop: Error {}

    private actor Recorder {
        var numbers: [Int] = []
        func append(_ number: Int) { numbers.append(number) }
    }

    @Test func neverMoreSessionsThanAllowed() async throws {
        let database = try await TestDatabase.empty()
        let observer = try await database.connect()
        let pool = database.pool(maximumConnections: 3)
        try await withThrowingTaskGroup(of: Int.self) { group in
            for number in 0..<60 {
                group.addTask {
                    try await pool.withConnection { connection in
                        let row = try await connection.query(
                            """
                            SELECT $1, (SELECT count(*) FROM pg_stat_activity
                                         WHERE datname = current_database() AND backend_type = 'client backend')
                            """, number
                        ).rows[0]
                        #expect(try row.decode(1, as: Int.self) <= 3 + 1, "three and the observer")
                        return try row.decode(0)
                    }
                }
            }
            var seen: Set<Int> = []
            for try await number in group { seen.insert(number) }
            #expect(seen.count == 60)
        }
        #expect(await pool.usage.idle <= 3)
        await pool.shutdown()
        try await eventually("all sessions end") { try await database.sessions(seenBy: observer) == 0 }
    }

    @Test func firstComeFirstServed() async throws {
        let pool = try await TestDatabase.empty().pool(maximumConnections: 1)
        let order = Recorder()
        let (held, release) = AsyncStream.makeStream(of: Void.self)
        let holder = Task { try await pool.withConnection { _ in for await _ in held { break } } }
        try await eventually("the connection is lent") { await pool.usage.lent == 1 }
        var tasks: [Task<Void, any Error>] = []
        for number in 0..<20 {
            tasks.append(Task { try await pool.withConnection { _ in await order.append(number) } })
            try await eventually("\(number) waits") { await pool.usage.waiting == number + 1 }
        }
        release.yield()
        try await holder.value
        for task in tasks { try await task.value }
        #expect(await order.numbers == Array(0..<20))
        await pool.shutdown()
    }

    @Test func refusesAtTheDeadline() async throws {
        let pool = try await TestDatabase.empty().pool(maximumConnections: 1, waitDeadline: .milliseconds(100))
        try await pool.withConnection { _ in
            let begin = ContinuousClock.now
            let error = await #expect(throws: PostgreSQLError.self) { try await pool.withConnection { _ in } }
            #expect(error?.code == .poolExhausted)
            #expect(error?.isRetryable == true)
            #expect(ContinuousClock.now - begin >= .milliseconds(100))
        }
        try await pool.withConnection { _ in }
        await pool.shutdown()
    }

    @Test func aWaiterThatIsCancelledLeavesTheQueue() async throws {
        let pool = try await TestDatabase.empty().pool(maximumConnections: 1)
        try await pool.withConnection { _ in
            let task = Task { try await pool.withConnection { _ in } }
            try await eventually("it waits") { await pool.usage.waiting == 1 }
            task.cancel()
            let error = await #expect(throws: PostgreSQLError.self) { try await task.value }
            #expect(error?.code == .cancelled)
            #expect(await pool.usage.waiting == 0)
        }
        #expect(await pool.usage.lent == 0)
        await pool.shutdown()
    }

    @Test func whatLayIdleIsAskedWhetherItLives() async throws {
        let database = try await TestDatabase.empty()
        let proxy = try SocketProxy(target: database.socketDirectory)
        defer { proxy.close() }
        let pool = Pool(
            configuration: PoolConfiguration(
                connection: ConnectionConfiguration(
                    connectionString: database.connectionString(through: proxy), connectTimeout: .seconds(5)),
                idleCheck: .zero))
        let before = try await pool.withConnection {
            try await $0.query("SELECT pg_backend_pid()").rows[0].decode(0, as: Int32.self)
        }
        let trips = proxy.roundTrips
        let after = try await pool.withConnection {
            try await $0.query("SELECT pg_backend_pid()").rows[0].decode(0, as: Int32.self)
        }
        #expect(before == after)
        #expect(proxy.roundTrips == trips + 2, "the check and the statement")
        // A server that is cut off answers nothing: the connection is given up within the time for connecting.
        proxy.fallSilent()
        let begin = ContinuousClock.now
        let error = await #expect(throws: PostgreSQLError.self) { try await pool.withConnection { _ in } }
        #expect(error?.code == .timedOut)
        // A statement would have a minute.
        #expect(ContinuousClock.now - begin < .seconds(50))
        #expect(await pool.usage.lent == 0)
    }

    @Test func anIdleConnectionThatTheServerEndedIsReplacedUnnoticed() async throws {
        let database = try await TestDatabase.empty()
        let observer = try await database.connect()
        let pool = database.pool()
        for _ in 0..<3 {
            let process: Int32 = try await pool.withConnection { try await $0.query("SELECT pg_backend_pid()").rows[0].decode(0) }
            _ = try await observer.query("SELECT pg_terminate_backend($1, 20000)", process)
        }
        #expect(await pool.usage.lent == 0)
        await pool.shutdown()
    }

    @Test func shutdownDrains() async throws {
        let database = try await TestDatabase.empty()
        let observer = try await database.connect()
        let pool = database.pool(maximumConnections: 2)
        // Both connections stay lent until the waiter has been refused, however slow the machine is.
        let gates = (0..<2).map { _ in AsyncStream.makeStream(of: Void.self) }
        let (entered, enter) = AsyncStream.makeStream(of: Int.self)
        let holders = (0..<2).map { number in
            Task {
                try await pool.withConnection { connection in
                    enter.yield(number)
                    for await _ in gates[number].stream { break }
                    return try await connection.query("SELECT 'still served', pg_sleep(0.05)").rows[0].decode(0, as: String.self)
                }
            }
        }
        var both = entered.makeAsyncIterator()
        #expect(await Set([both.next(), both.next()]) == [0, 1])
        let waiter = Task { try await pool.withConnection { _ in } }
        try await eventually("one waits") { await pool.usage.waiting == 1 }
        let shutdown = Task { await pool.shutdown() }
        let refused = await #expect(throws: PostgreSQLError.self) { try await waiter.value }
        #expect(refused?.code == .poolClosed)
        for gate in gates { gate.continuation.yield() }
        for holder in holders { #expect(try await holder.value == "still served") }
        await shutdown.value
        try await eventually("all sessions end") { try await database.sessions(seenBy: observer) == 0 }
        let late = await #expect(throws: PostgreSQLError.self) { try await pool.withConnection { _ in } }
        #expect(late?.code == .poolClosed)
        await pool.shutdown()
    }

    @Test func whatABorrowerLeftOpenIsRolledBack() async throws {
        let pool = try await TestDatabase.empty().pool(maximumConnections: 1)
        await #expect(throws: Stop.self) {
            try await pool.withConnection { connection in
                try await connection.execute(script: "BEGIN; CREATE TABLE t (n int)")
                throw Stop()
            }
        }
        let task = Task {
            try await pool.withConnection { connection in
                try await connection.execute(script: "BEGIN; CREATE TABLE t (n int)")
                withUnsafeCurrentTask { $0?.cancel() }
            }
        }
        try await task.value
        try await pool.withConnection { connection in
            #expect(await !connection.isInTransaction)
            let isGone: Bool = try await connection.query("SELECT to_regclass('t') IS NULL").rows[0].decode(0)
            #expect(isGone)
        }
        await pool.shutdown()
    }

    @Test func theBodyRunsWhereItsCallerDoes() async throws {
        let pool = try await TestDatabase.empty().pool()
        try await onMainActor(pool)
        await pool.shutdown()
    }

    @MainActor private func onMainActor(_ pool: Pool) async throws {
        // A value of the main actor, used without a hop: borrowers do not queue for the pool's own executor.
        var log: [String] = []
        try await pool.withConnection { connection in
            log.append(try await connection.query("SELECT 'here'").rows[0].decode(0))
            MainActor.assertIsolated()
        }
        #expect(log == ["here"])
    }

    @Test func nothingLeaksUnderRandomCancellation() async throws {
        let database = try await TestDatabase.empty()
        let observer = try await database.connect()
        try await observer.execute(script: "CREATE TABLE t (n int8)")
        let pool = database.pool(maximumConnections: 4, waitDeadline: .seconds(120))
        var random = SeededGenerator()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<16 {
                var random = random.split()
                group.addTask {
                    for _ in 0..<25 {
                        let kind = Int.random(in: 0..<4, using: &random)
                        let pause = Int.random(in: 0...8_000, using: &random)
                        let task = Task {
                            try await pool.withConnection { connection in
                                switch kind {
                                case 0: _ = try await connection.query("SELECT pg_sleep(0.005)")
                                case 1:
                                    try await connection.transaction { connection in
                                        _ = try await connection.query("INSERT INTO t VALUES (1)")
                                        _ = try await connection.query("SELECT pg_sleep(0.005)")
                                        throw Stop()
                                    }
                                case 2:
                                    for try await _ in connection.copyOut(
                                        "COPY (SELECT generate_series(1, 100000)) TO STDOUT (FORMAT binary)")
                                    { break }
                                default: for try await _ in try await connection.notifications(on: "c") {}
                                }
                            }
                        }
                        try await Task.sleep(for: .microseconds(pause))
                        task.cancel()
                        do { try await task.value } catch is Stop {} catch let error as PostgreSQLError {
                            #expect(error.code == .cancelled, "\(error)")
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
        let usage = await pool.usage
        #expect(usage.lent == 0 && usage.waiting == 0 && usage.idle <= 4, "\(random)")
        // Sessions of connections that were given up end in their own time.
        try await eventually("no more than four sessions are left, \(random)") {
            try await database.sessions(seenBy: observer) <= 4
        }
        // Those that are left are as new.
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<8 {
                group.addTask {
                    try await pool.withConnection { connection in
                        #expect(await !connection.isInTransaction)
                        let answer: Int = try await connection.query("SELECT $1", number).rows[0].decode(0)
                        #expect(answer == number)
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(try await observer.query("SELECT count(*) FROM t").rows[0].decode(0, as: Int.self) == 0)
        await pool.shutdown()
        try await eventually("all sessions end") { try await database.sessions(seenBy: observer) == 0 }
    }
}
