import Canonical
import EventLog
import PostgreSQL
import TestSupport
import Testing

@Suite(.fewAtOnce) struct AnchorTests {
    @Test("An append that names an event which the log does not hold is refused, and nothing of it is written")
    func refusal() async throws {
        let log = try await LogFixture()
        try await log.append(events: 3, to: "a/1")
        let events = try await log.reader.events(after: .start)
        let known = try #require(events.last.map(LogAnchor.init))
        let lost = [
            LogAnchor(position: known.position, leafHash: Digest(sha256: [])),
            LogAnchor(position: Position(rawValue: 99), leafHash: known.leafHash),
        ]
        for anchors in lost.map({ [$0] }) + [[known, lost[0]], [lost[1], known]] {
            let error = await #expect(throws: PostgreSQLError.self) { try await log.append(anchors) }
            #expect(error?.sqlState == LogAnchor.notHeld, "\(String(describing: error))")
            #expect(try await log.reader.events(after: .start) == events)
        }
        for anchors in [[known], [known, LogAnchor(events[0])]] { try await log.append(anchors) }
        #expect(try await log.reader.events(after: .start).count == events.count + 2)
        await log.close()
    }

    @Test("An append of a time that has not come by the database's clock is refused, whatever else is checked")
    func clock() async throws {
        let log = try await LogFixture()
        try await log.append(events: 1, to: "a/1")
        let events = try await log.reader.events(after: .start)
        for anchors in [[], events.map(LogAnchor.init)] {
            let ahead = ClockCheck(time: .now.advanced(by: .seconds(3_600)), tolerance: .seconds(60))
            let error = await #expect(throws: PostgreSQLError.self) { try await log.append(anchors, ahead) }
            #expect(error?.sqlState == ClockCheck.refusal, "\(String(describing: error))")
            let seconds = try #require(error?.detail.flatMap { Int($0) })
            #expect((3_000...3_600).contains(seconds))
            #expect(try await log.reader.events(after: .start) == events)
        }
        for (seconds, tolerance) in [(0, 60), (-86_400, 60), (3_600, 7_200), (3_600, Int64.max)] {
            try await log.append(
                [], ClockCheck(time: .now.advanced(by: .seconds(seconds)), tolerance: .seconds(tolerance)))
        }
        #expect(try await log.reader.events(after: .start).count == events.count + 4)
        await log.close()
    }

    @Test("Whether a log holds what was seen can be asked, of several events at once")
    func held() async throws {
        let log = try await LogFixture()
        try await log.append(events: 3, to: "a/1")
        let events = try await log.reader.events(after: .start).map(LogAnchor.init)
        let lost = LogAnchor(position: Position(rawValue: 4), leafHash: events[0].leafHash)
        for (anchors, areHeld) in [([], true), (events, true), (events + [lost], false), ([lost], false)] {
            let statement = anchors.areHeld(by: log.ledger)
            let rows = try await log.pool.withConnection { try await $0.query(statement) }.rows
            #expect(try rows.first?.decode(0) == areHeld, "\(anchors)")
        }
        await log.close()
    }
}

extension LogFixture {
    /// Appends an event, on condition that the log holds these.
    fileprivate func append(_ anchors: [LogAnchor], _ clock: ClockCheck? = nil) async throws {
        let version = try await reader.stream("a/1").last?.version ?? 0
        var batch = AppendBatch(ledger: ledger, recordedAt: Timestamp(microseconds: 1_795_491_822_123_456))
        batch.add(command(writes: [("a/1", version, 1)]))
        let statements = anchors.check(in: ledger, clock) + [batch.statement]
        _ = try await pool.withConnection { try await $0.pipeline(statements) }
    }
}
