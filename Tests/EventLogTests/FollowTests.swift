import Canonical
import EventLog
import PostgreSQL
import TestSupport
import Testing

@Suite("Following misses nothing and repeats nothing")
struct FollowTests {
    private struct Enough: Error {}

    private actor Seen {
        private(set) var positions: [Int64] = []
        func add(_ events: [RecordedEvent]) { positions += events.map(\.position.rawValue) }
    }

    /// Follows until the event at `end` has been seen, and returns all that was.
    private func positions(_ follower: Follower, after start: Int64 = 0, through end: Int64) async throws -> [Int64] {
        let seen = Seen()
        do {
            try await follower.follow(after: Position(start)) { events in
                await seen.add(events)
                if await (seen.positions.last ?? 0) >= end { throw Enough() }
            }
        } catch is Enough {}
        return await seen.positions
    }

    @Test func catchesUpFromAnyPosition() async throws {
        let log = try await LogFixture()
        try await log.append(events: 500, to: "a/1")
        for (start, size) in [(0, 7), (1, 500), (250, 1_000), (499, 1)] {
            let follower = Follower(reader: log.reader, pool: log.pool, batchSize: size)
            #expect(try await positions(follower, after: Int64(start), through: 500) == Array(Int64(start + 1)...500))
        }
        await log.close()
    }

    @Test(.timeLimit(.minutes(5))) func goesOnAsEventsAreCommittedAndIsWokenByThem() async throws {
        let log = try await LogFixture()
        try await log.append(events: 10, to: "a/1")
        // Polling would take longer than the test may.
        let follower = Follower(reader: log.reader, pool: log.pool, pollInterval: .seconds(3_600))
        let following = Task { try await positions(follower, through: 40) }
        for _ in 0..<30 { try await log.append(events: 1, to: "a/1") }
        #expect(try await following.value == Array(1...40))
        await log.close()
    }

    @Test func polls() async throws {
        let log = try await LogFixture()
        let follower = Follower(reader: log.reader, pool: log.pool, pollInterval: .milliseconds(20))
        let following = Task { try await positions(follower, through: 30) }
        let owner = try await log.database.connect()
        for position in 1...30 {
            // As an append does, but nobody is told.
            _ = try await owner.pipeline([
                Statement(
                    """
                    INSERT INTO devshare.event (ledger, position, stream, version, type, schema_version, recorded_at, leaf_hash, metadata, data)
                    VALUES ($1, $2, 'a/1', $2::bigint, 't', 1, now(), sha256(''), '{}', '{}')
                    """, [log.ledger.key, position]),
                Statement("UPDATE devshare.ledger SET position = $2 WHERE ledger = $1", [log.ledger.key, position]),
            ])
        }
        #expect(try await following.value == Array(1...30))
        await log.close()
    }

    @Test func anErrorOfTheBodyEndsItAndSoDoesCancellation() async throws {
        let log = try await LogFixture()
        try await log.append(events: 1, to: "a/1")
        let follower = Follower(reader: log.reader, pool: log.pool)
        await #expect(throws: Enough.self) { try await follower.follow(after: .start) { _ in throw Enough() } }
        let seen = Seen()
        let task = Task { try await follower.follow(after: .start) { await seen.add($0) } }
        try await eventually("it has caught up") { await seen.positions == [1] }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(await log.pool.usage.lent == 0)
        await log.close()
    }

    @Test func aGapIsAnErrorThatNamesThePosition() async throws {
        let log = try await LogFixture()
        try await log.append(events: 5, to: "a/1")
        let owner = try await log.database.connect()
        try await owner.execute(
            script: "ALTER TABLE devshare.event DISABLE TRIGGER ALL; DELETE FROM devshare.event WHERE position = 3")
        let follower = Follower(reader: log.reader, pool: log.pool)
        let error = await #expect(throws: EventLogError.self) { try await follower.follow(after: .start) { _ in } }
        #expect(error?.code == .gapInLog)
        #expect(error?.position == Position(0))
        await log.close()
    }

    @Test("A log that loses its end ends the following, even where its positions are given out again")
    func rewound() async throws {
        let log = try await LogFixture()
        try await log.append(events: 5, to: "a/1")
        let follower = Follower(reader: log.reader, pool: log.pool)
        let seen = Seen()
        let task = Task { try await follower.follow(after: .start) { await seen.add($0) } }
        try await eventually("it has caught up") { await seen.positions == [1, 2, 3, 4, 5] }
        let owner = try await log.database.connect()
        try await owner.execute(
            script: """
                BEGIN;
                SET LOCAL session_replication_role = replica;
                DELETE FROM devshare.event WHERE position > 3;
                UPDATE devshare.ledger SET position = 3;
                COMMIT;
                """)
        try await log.append(events: 4, to: "b/1")
        let error = await #expect(throws: EventLogError.self) { try await task.value }
        #expect(error?.code == .logRewound && error?.position == Position(5))
        let beyond = await #expect(throws: EventLogError.self) { try await follower.follow(after: Position(99)) { _ in } }
        #expect(beyond?.code == .logRewound)
        await log.close()
    }

    @Test func whateverHappensToItsConnections() async throws {
        let log = try await LogFixture()
        let random = SeededGenerator()
        var configuration = log.database.configuration()
        configuration.applicationName = "follower"
        let pool = Pool(configuration: PoolConfiguration(connection: configuration, maximumConnections: 4))
        let follower = Follower(
            reader: EventReader(ledger: log.ledger, pool: pool), pool: pool, batchSize: 37, pollInterval: .milliseconds(30))
        let total: Int64 = 6 * 120
        let following = (0..<2).map { _ in Task { try await positions(follower, through: total) } }
        // Killed while it catches up, while it listens, and while it connects.
        let killer = try await log.database.connect()
        var moments = SeededGenerator(seed: random.seed)
        let pauses = (0..<100).map { _ in Int.random(in: 1...60, using: &moments) }
        let killing = Task {
            // An end to it: where connecting takes longer than the pauses nobody would get anywhere.
            for pause in pauses where !Task.isCancelled {
                _ = try await killer.query(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'follower'")
                try await Task.sleep(for: .milliseconds(pause))
            }
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            var split = random
            for writer in 0..<6 {
                var random = split.split()
                group.addTask {
                    var written = 0
                    while written < 120 {
                        let count = min(Int.random(in: 1...5, using: &random), 120 - written)
                        try await log.append(events: count, to: "writer/\(writer)")
                        written += count
                    }
                }
            }
            try await group.waitForAll()
        }
        for task in following { #expect(try await task.value == Array(1...total), "\(random)") }
        killing.cancel()
        _ = await killing.result
        await pool.shutdown()
        await log.close()
    }
}
