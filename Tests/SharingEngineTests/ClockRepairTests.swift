import Canonical
import DeviceSharing
import EventLog
import PostgreSQL
import SharingAudit
import TestSupport
import Testing

@testable import SharingEngine
@testable import SharingLog

@Suite("A ledger whose newest event has a time that has not come", .fewAtOnce)
struct ClockRepairTests {
    private static let reason = "the host started with a wrong clock"

    /// Calls `body` with an engine whose ledger has two events of tomorrow, at the positions that it is given: server and database
    /// were both a day ahead.
    private static func run(
        _ body: @Sendable @escaping (_ harness: Harness, _ wrong: ClosedRange<Int64>) async throws -> Void
    ) async throws {
        try await Harness.run { harness in
            try await harness.user("alice", entity: "e")
            let before = try await harness.engine.log.head().rawValue
            let clock = ManualClock(.now.advanced(by: .seconds(86_400)))
            try await SharingEngine.withEngine(Harness.configuration(harness.database, clock: { clock.now })) { engine in
                let wrong = Harness(database: harness.database, engine: engine)
                try await wrong.user("bob", entity: "e")
                try await wrong.user("carol", entity: "f")
            }
            let error = await #expect(throws: EngineError.self) { try await harness.user("dave", entity: "g") }
            #expect(error?.code == .clockBehind)
            try await body(harness, before + 1...before + 2)
        }
    }

    @Test("goes on with the real time once that is recorded, in every engine that runs, and the audit takes it for explained")
    func goesOn() async throws {
        try await Self.run { harness, wrong in
            let log = harness.engine.log
            try await SharingEngine.withEngine(Harness.configuration(harness.database)) { engine in
                let other = Harness(database: harness.database, engine: engine)
                let beforehand = Timestamp.now
                let repair = try #require(try await log.repairClock(reason: Self.reason, as: Harness.operatorContext))
                #expect(repair.position.rawValue == wrong.upperBound + 1)
                #expect(repair.repair.firstPosition == wrong.lowerBound && repair.repair.reason == Self.reason)
                #expect(repair.repair.latest.duration(since: beforehand) > .seconds(86_000))
                #expect(repair.actor == Harness.operatorContext.actor.id)
                #expect(abs(repair.recordedAt.duration(since: beforehand).components.seconds) < 60)
                try await harness.user("dave", entity: "g")
                try await eventually("the other engine takes note", within: .seconds(60)) {
                    do {
                        try await other.user("erin", entity: "g")
                        return true
                    } catch let error as EngineError where error.code == .clockBehind {
                        return false
                    }
                }
                let readiness = await engine.readiness(within: .seconds(60))
                #expect(readiness.isReady, "\(readiness.findings)")

                let report = try await LogVerification(Harness.configuration(harness.database).settings).run()
                #expect(report.findings == [])
                #expect(report.runsBack == nil)
                #expect(report.clockRepairs == [repair])
            }
        }
    }

    @Test("has its history by the time at which it was set right")
    func history() async throws {
        try await Self.run { harness, wrong in
            let log = harness.engine.log
            let before = Timestamp.now
            #expect(try await log.position(at: before).rawValue == wrong.lowerBound - 1)
            let repair = try #require(try await log.repairClock(reason: Self.reason, as: Harness.operatorContext))
            try await harness.user("dave", entity: "g")
            let head = try await log.head()
            #expect(try await log.position(at: before).rawValue == wrong.lowerBound - 1)
            #expect(try await log.position(at: repair.recordedAt).rawValue >= repair.position.rawValue)
            #expect(try await log.position(at: .now.advanced(by: .seconds(10))) == head)
            #expect(try await log.position(at: .now.advanced(by: .seconds(2 * 86_400))) == head)
        }
    }

    @Test("is set right once, and a ledger that is right not at all")
    func once() async throws {
        try await Self.run { harness, _ in
            let log = harness.engine.log
            #expect(try await log.repairClock(reason: Self.reason, as: Harness.operatorContext) != nil)
            let head = try await log.head()
            #expect(try await log.repairClock(reason: Self.reason, as: Harness.operatorContext) == nil)
            #expect(try await log.head() == head)
        }
    }

    @Test("is set right by an operator, with a reason, and by a clock that agrees with the database's")
    func refusals() async throws {
        try await Self.run { harness, _ in
            let log = harness.engine.log
            let head = try await log.head()
            for reason in ["", "  ", String(repeating: "x", count: 1_001), "a\0"] {
                let error = await #expect(throws: SharingError.self) {
                    _ = try await log.repairClock(reason: reason, as: Harness.operatorContext)
                }
                #expect(error?.code == .invalidInput)
            }
            let officer = CommandContext(actor: Harness.officer)
            let error = await #expect(throws: SharingError.self) {
                _ = try await log.repairClock(reason: Self.reason, as: officer)
            }
            #expect(error?.code == .notPermitted)
            for (offset, code) in [(Int64(86_400), EngineError.Code.clockAhead), (-86_400, .clockBehind)] {
                var settings = Harness.configuration(
                    harness.database, clock: { .now.advanced(by: .seconds(offset)) }
                ).settings
                settings.isClockCompared = true
                let error = await #expect(throws: EngineError.self) {
                    try await LedgerHandle.withHandle(settings) {
                        _ = try await $0.repairClock(reason: Self.reason, as: Harness.operatorContext)
                    }
                }
                #expect(error?.code == code)
            }
            #expect(try await log.head() == head)
        }
    }

    /// What could set the time back beside it would put an event among those of the past.
    @Test("takes nothing else back in time")
    func nothingElse() async throws {
        try await Self.run { harness, _ in
            let log = harness.engine.log
            let repair = AppendEvent(
                stream: "clock/ledger", type: "clock-repaired", schemaVersion: 1,
                data: DomainEvent.clock(.repaired(ClockRepair(firstPosition: 1, latest: .now, reason: "x"))).data())
            let other = AppendEvent(stream: "policy/x", type: "policy-activated", schemaVersion: 1, data: Array("{}".utf8))
            let attempts: [([AppendEvent], Timestamp)] = [
                ([other], .now), ([repair, other], .now), ([repair, repair], .now),
                ([repair], .now.advanced(by: .seconds(-120))), ([repair], .now.advanced(by: .seconds(120))),
            ]
            for (events, moment) in attempts {
                var batch = AppendBatch(ledger: log.ledger, recordedAt: moment)
                let streams = Set(events.map(\.stream)).sorted()
                batch.add(
                    AppendCommand(
                        conditions: streams.map { StreamCondition(stream: $0, version: 0) }, events: events,
                        metadata: Harness.operatorContext.metadata(policy: nil)))
                let statement = AppendBatch.call("devshare.sharing_append", batch.parameters + ReadModelRows().parameters)
                let error = await #expect(throws: PostgreSQLError.self) {
                    _ = try await log.pool.withConnection { try await $0.query(statement) }
                }
                #expect(error?.sqlState == SQLState(rawValue: "DS006"))
            }
        }
    }
}
