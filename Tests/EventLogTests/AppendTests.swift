import Canonical
import EventLog
import PostgreSQL
import TestSupport
import Testing

@Suite("Many commands are appended in one call, each by its own conditions")
struct AppendTests {
    private func positions(_ range: ClosedRange<Int64>) -> AppendOutcome {
        .appended(Position(range.lowerBound)..<Position(range.upperBound + 1))
    }

    @Test func positionsAndVersionsAreGivenInOrder() async throws {
        let log = try await LogFixture()
        let outcomes = try await log.append([
            command(writes: [("a/1", 0, 2), ("b/1", 0, 1)]), command(writes: [("a/1", 2, 1)]), command(reads: [("b/1", 1)]),
            command(reads: [("a/1", 3)], writes: [("c/1", 0, 1)]),
        ])
        #expect(outcomes == [positions(1...3), positions(4...4), .appended(Position(5)..<Position(5)), positions(5...5)])
        let events = try await log.reader.events(after: .start)
        #expect(events.map(\.stream) == ["a/1", "a/1", "b/1", "a/1", "c/1"])
        #expect(events.map(\.version) == [1, 2, 1, 3, 1])
        #expect(events.map(\.position.rawValue) == [1, 2, 3, 4, 5])
        #expect(try await checkInvariants(log) == [])
        await log.close()
    }

    @Test func timesRunBackwardsByAMinuteAtMost() async throws {
        let log = try await LogFixture()
        let now = Timestamp.now
        _ = try await log.append([command(writes: [("a/1", 0, 1)])], at: now)
        _ = try await log.append([command(writes: [("a/1", 1, 1)])], at: now.advanced(by: .seconds(-60)))
        let error = await #expect(throws: PostgreSQLError.self) {
            _ = try await log.append([command(writes: [("a/1", 2, 1)])], at: now.advanced(by: .microseconds(-60_000_001)))
        }
        #expect(error?.sqlState == SQLState(rawValue: "DS006"))
        #expect(try await log.reader.events(after: .start).map(\.version) == [1, 2])
        await log.close()
    }

    @Test func oneThatMeetsAConflictDoesNotUndoTheOthers() async throws {
        let log = try await LogFixture()
        try await log.append(events: 2, to: "a/1")
        let outcomes = try await log.append([
            command(writes: [("b/1", 0, 1)]), command(writes: [("a/1", 1, 3)]),
            command(reads: [("a/1", 5)], writes: [("c/1", 0, 1)]),
            command(writes: [("d/1", 0, 1)]),
        ])
        #expect(
            outcomes == [
                positions(3...3), .conflict(stream: "a/1", actual: 2), .conflict(stream: "a/1", actual: 2), positions(4...4),
            ])
        #expect(try await log.reader.events(after: Position(2)).map(\.stream) == ["b/1", "d/1"])
        await log.close()
    }

    @Test func whoSawTheEffectsOfARefusedCommandIsRefusedWithIt() async throws {
        let log = try await LogFixture()
        try await log.append(events: 1, to: "moved/1")
        let outcomes = try await log.append([
            command(reads: [("moved/1", 0)], writes: [("a/1", 0, 1)]),  // refused
            command(reads: [("a/1", 1)], writes: [("b/1", 0, 1)]),  // saw it
            command(reads: [("b/1", 1)], writes: [("c/1", 0, 1)]),  // saw that one
            command(writes: [("d/1", 0, 1)]),  // saw none
            command(reads: [("d/1", 1)], writes: [("e/1", 0, 1)]),  // saw one that stands
        ])
        #expect(
            outcomes == [
                .conflict(stream: "moved/1", actual: 1), .conflict(stream: "a/1", actual: 0), .conflict(stream: "b/1", actual: 0),
                positions(2...2), positions(3...3),
            ])
        await log.close()
    }

    @Test func aKnownKeyIsAnsweredWithWhatItStoodFor() async throws {
        let log = try await LogFixture()
        let digest = Digest(sha256: [UInt8]("first".utf8))
        let moment = Timestamp(microseconds: 1_795_491_822_000_001)
        try await log.append([command(writes: [("a/1", 0, 2)], key: "k1", digest: digest)], at: moment)
        try await log.append([command(reads: [("a/1", 2)], key: "k2", digest: digest)])
        let outcomes = try await log.append([
            command(writes: [("a/1", 0, 2)], key: "k1", digest: digest), command(writes: [("a/1", 4, 1)]),
            command(writes: [("b/1", 0, 1)], key: "k3"), command(reads: [("a/1", 2)], key: "k2"),
        ])
        let record = IdempotencyRecord(digest: digest, positions: Position(1)..<Position(3), subject: "a/1", recordedAt: moment)
        #expect(outcomes[0] == .duplicate(record))
        #expect(outcomes[1] == .conflict(stream: "a/1", actual: 2), "it saw the repetition's effects")
        #expect(outcomes[2] == positions(3...3))
        guard case .duplicate(let nothing) = outcomes[3] else { throw PostgreSQLError(.decodingFailed, "\(outcomes[3])") }
        #expect(nothing.positions.isEmpty)
        let statement = IdempotencyRecord.statement(log.ledger, key: "k1")
        let row = try await log.pool.withConnection { try await $0.query(statement).rows[0] }
        #expect(try IdempotencyRecord(row) == record)
        await log.close()
    }

    @Test func aKeyTwiceInOneBatchIsCarriedOutOnce() async throws {
        let log = try await LogFixture()
        let repeated = command(reads: [("a/1", 0)], writes: [("b/1", 0, 1)], key: "k")
        let reading = command(reads: [("a/1", 0)], key: "k")
        let without = AppendCommand(conditions: [], events: [], metadata: [], idempotency: repeated.idempotency)
        let outcomes = try await log.append([repeated, command(writes: [("c/1", 0, 1)]), repeated, reading, without])
        #expect(outcomes[0] == positions(1...1))
        #expect(outcomes[1] == positions(2...2))
        #expect(outcomes[2] == .conflict(stream: "b/1", actual: 0), "it did not see what the first wrote")
        #expect(outcomes[3] == .conflict(stream: "a/1", actual: 0), "nothing moved, but the key is taken")
        #expect(outcomes[4] == .conflict(stream: "b/1", actual: 0), "what it is about stands in for a stream")
        guard case .duplicate = try await log.append([repeated])[0] else {
            throw PostgreSQLError(.decodingFailed, "no duplicate")
        }
        #expect(try await checkInvariants(log) == [])
        await log.close()
    }

    @Test func nothingIsAppendedByAnEmptyBatch() async throws {
        let log = try await LogFixture()
        #expect(try await log.append([]).isEmpty)
        #expect(try await log.head().position == .start)
        #expect(try await log.head().recordedAt == nil)
        await log.close()
    }

    @Test func theHeadTellsTheLatestTime() async throws {
        let log = try await LogFixture()
        let (earlier, later) = (Timestamp(microseconds: 1_000_000), Timestamp(microseconds: 2_000_000))
        try await log.append([command(writes: [("a/1", 0, 1)])], at: later)
        try await log.append([command(writes: [("a/1", 1, 1)])], at: earlier)
        #expect(try await log.head() == LedgerHead.of(position: 2, recordedAt: later, in: log))
        await log.close()
    }

    @Test func eventsThatDoNotFollowTheirConditionAreRefused() async throws {
        let log = try await LogFixture()
        try await log.append(events: 2, to: "a/1")
        func refused(_ change: (inout [any PostgresEncodable]) -> Void) async throws {
            var batch = AppendBatch(ledger: log.ledger, recordedAt: .now)
            batch.add(command(writes: [("a/1", 2, 2)]))
            batch.add(command(writes: [("a/1", 4, 1), ("b/1", 0, 1)]))
            var parameters = batch.parameters
            change(&parameters)
            let statement = AppendBatch.call("devshare.ledger_append", parameters)
            let error = await #expect(throws: PostgreSQLError.self) {
                try await log.pool.withConnection { try await $0.query(statement) }
            }
            #expect(error?.sqlState == SQLState(rawValue: "DS003"))
        }
        // By position in the call: 11 to 13 are the events' commands, conditions and versions.
        try await refused { $0[13] = [3, 4, 6, 1] as [Int32] }  // a gap
        try await refused { $0[13] = [4, 3, 5, 1] as [Int32] }  // the wrong way round
        try await refused { $0[13] = [3, 3, 5, 1] as [Int32] }  // twice
        try await refused { $0[13] = [3, 4, 5, 2] as [Int32] }  // a stream that begins with 2
        try await refused { $0[12] = [1, 1, 1, 3] as [Int32] }  // under a condition of another command
        try await refused { $0[12] = [1, 1, 2, 0] as [Int32] }  // written without having been read
        try await refused { $0[12] = [1, 1, 2, 4] as [Int32] }  // a condition that there is not
        try await refused { $0[11] = [1, 1, 1, 2] as [Int32] }  // said to be another command's
        try await refused { $0[4] = [2, 3] as [Int32] }  // no command's
        #expect(try await log.head().position == Position(2))
        #expect(try await checkInvariants(log) == [])
        await log.close()
    }

    @Test func ledgersAreFoundByNameAndKeptApart() async throws {
        let log = try await LogFixture()
        let owner = try await log.database.connect()
        try await LedgerDirectory.found("other", on: owner)
        try await LedgerDirectory.found("other", on: owner)
        let other = try await LedgerDirectory(pool: log.pool).ledger(named: "other")
        #expect(other.key != log.ledger.key)
        try await log.append(events: 3, to: "a/1")
        #expect(try await EventReader(ledger: other, pool: log.pool).events(after: .start).isEmpty)
        let unknown = await #expect(throws: EventLogError.self) {
            try await LedgerDirectory(pool: log.pool).ledger(named: "none")
        }
        #expect(unknown?.code == .ledgerNotFound)
        let nowhere = Ledger(key: 99, name: "nowhere")
        let headless = await #expect(throws: EventLogError.self) { try await LedgerDirectory(pool: log.pool).head(of: nowhere) }
        #expect(headless?.code == .ledgerNotFound)
        var batch = AppendBatch(ledger: nowhere, recordedAt: .now)
        batch.add(command(writes: [("a/1", 0, 1)]))
        let statement = batch.statement
        let error = await #expect(throws: PostgreSQLError.self) { try await owner.query(statement) }
        #expect(error?.sqlState == SQLState(rawValue: "DS002"))
        await log.close()
    }
}

extension LedgerHead {
    /// The head as the database would tell it.
    fileprivate static func of(position: Int64, recordedAt: Timestamp, in log: LogFixture) async throws -> LedgerHead {
        try await log.pool.withConnection { try LedgerHead(try await $0.query("SELECT $1, $2", position, recordedAt).rows[0]) }
    }
}
