import Canonical
import EventLog
import PostgreSQL
import TestSupport
import Testing

@Suite("Reading the log")
struct ReadTests {
    private func filled() async throws -> LogFixture {
        let log = try await LogFixture(connections: 2)
        for round in 0..<5 {
            for stream in ["a/1", "b/1", "c/1"] { try await log.append(events: 40 + round, to: stream) }
        }
        return log
    }

    @Test func aStreamFromAnyVersion() async throws {
        let log = try await filled()
        let all = try await log.reader.stream("b/1")
        #expect(all.map(\.version) == Array(1...210))
        #expect(all.allSatisfy { $0.stream == "b/1" })
        for version in [Int32(1), 100, 209, 210, 500] {
            #expect(try await log.reader.stream("b/1", after: version) == Array(all.dropFirst(Int(version))))
        }
        #expect(try await log.reader.stream("nothing/1").isEmpty)
        await log.close()
    }

    @Test func theLedgerInPages() async throws {
        let log = try await filled()
        var (events, position) = ([RecordedEvent](), Position.start)
        while true {
            let page = try await log.reader.events(after: position, limit: 97)
            #expect(page.count <= 97)
            guard let last = page.last else { break }
            events += page
            position = last.position
        }
        #expect(events.map(\.position.rawValue) == Array(1...630))
        #expect(try await log.reader.events(from: Position(10), through: Position(12)) == Array(events[9...11]))
        #expect(try await log.reader.events(after: Position(629), limit: -3).count == 1)
        #expect(try await log.reader.events(after: .start, limit: .max) == events)
        await log.close()
    }

    @Test func theLongReadGivesWhatThePagesGive() async throws {
        let log = try await filled()
        let pages = try await log.reader.events(after: .start, limit: EventReader.maximumBatch)
        let ranges: [(after: Int64, through: Int64?)] = [
            (0, nil), (0, 630), (100, 101), (629, nil), (630, nil), (5, 5), (17, 400), (9_999, nil),
        ]
        for (after, through) in ranges {
            let copied = try await log.reader.copy(after: Position(after), through: through.map { Position($0) }) { batches in
                var events: [RecordedEvent] = []
                for try await batch in batches {
                    let whole = try batch.events()
                    #expect(whole.count == batch.count)
                    events += whole
                }
                return events
            }
            #expect(copied == pages.filter { $0.position.rawValue > after && $0.position.rawValue <= through ?? .max })
        }
        await log.close()
    }

    @Test func lentEventsHaveTheBytesOfTheWholeOnes() async throws {
        let log = try await filled()
        let pages = try await log.reader.events(after: .start, limit: EventReader.maximumBatch)
        try await log.reader.copy { batches in
            var index = 0
            for try await batch in batches {
                try batch.forEach { event in
                    let page = pages[index]
                    #expect(event.position == page.position)
                    #expect(event.version == page.version && event.schemaVersion == page.schemaVersion)
                    #expect(event.recordedAt == page.recordedAt)
                    #expect(event.stream.elementsEqual(page.stream.utf8) && event.type.elementsEqual(page.type.utf8))
                    #expect(event.leafHash.elementsEqual(page.leafHash.bytes))
                    #expect(event.metadata.elementsEqual(page.metadata.bytes) && event.data.elementsEqual(page.data.bytes))
                    index += 1
                }
            }
            #expect(index == pages.count)
        }
        await log.close()
    }

    @Test func stoppingAndFailingHalfwayGiveTheConnectionBack() async throws {
        struct Stop: Error {}
        let log = try await LogFixture(connections: 1)
        for _ in 0..<5 { try await log.append(events: 2_000, to: "a/1", batch: 2_000) }
        try await log.reader.copy { batches in for try await _ in batches { break } }
        await #expect(throws: Stop.self) { try await log.reader.copy { batches in for try await _ in batches { throw Stop() } } }
        await #expect(throws: Stop.self) {
            try await log.reader.copy { batches in for try await batch in batches { try batch.forEach { _ in throw Stop() } } }
        }
        #expect(try await log.head().position == Position(10_000))
        #expect(await log.pool.usage.lent == 0)
        await log.close()
    }

    @Test func aSlowConsumerOfALongReadMeetsNoStatementTimeout() async throws {
        let log = try await LogFixture(connections: 1)
        for _ in 0..<5 { try await log.append(events: 2_000, to: "a/1", batch: 2_000) }
        let pool = Pool(
            configuration: PoolConfiguration(
                connection: log.database.configuration(statementTimeout: .seconds(2)), maximumConnections: 1))
        let count = try await EventReader(ledger: log.ledger, pool: pool).copy { batches in
            var count = 0
            for try await batch in batches {
                if count == 0 { try await Task.sleep(for: .milliseconds(2_500)) }
                count += batch.count
            }
            return count
        }
        #expect(count == 10_000)
        // It holds for what comes after.
        let error = await #expect(throws: PostgreSQLError.self) {
            try await pool.withConnection { try await $0.query("SELECT pg_sleep(60)") }
        }
        #expect(error?.code == .timedOut)
        await pool.shutdown()
        await log.close()
    }
}
