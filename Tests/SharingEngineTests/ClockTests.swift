import Canonical
import DeviceSharing
import TestSupport
import Testing

@testable import SharingEngine
@testable import SharingLog

@Suite("The clocks of several engines", .fewAtOnce)
struct ClockTests {
    @Test("differ by less than a minute, or the one behind records nothing")
    func farBehind() async throws {
        let clock = ManualClock()
        try await Harness.run(clock: { clock.now }) { harness in
            let behind = ManualClock(clock.now.advanced(by: .seconds(-3_600)))
            var configuration = Harness.configuration(harness.database, clock: { behind.now })
            configuration.limits.clockTolerance = .seconds(7_200)
            try await SharingEngine.withEngine(configuration) { other in
                // This one waits at the newest event that it knows, and has not heard of the next.
                clock.advance(by: .seconds(120))
                try await harness.user("alice", entity: "e")
                let late = Harness(database: harness.database, engine: other)
                let error = await #expect(throws: EngineError.self) { try await late.user("bob", entity: "e") }
                #expect(error?.code == .clockBehind)
            }
        }
    }

    @Test("follow one another by what is recorded")
    func followed() async throws {
        let clock = ManualClock()
        try await Harness.run(clock: { clock.now }) { harness in
            let behind = ManualClock(clock.now.advanced(by: .seconds(-20)))
            try await SharingEngine.withEngine(Harness.configuration(harness.database, clock: { behind.now })) { other in
                let late = Harness(database: harness.database, engine: other)
                clock.advance(by: .seconds(30))
                try await harness.user("alice", entity: "e")
                try await late.user("bob", entity: "e")
                try await late.user("carol", entity: "e")
            }
            var times: [Timestamp] = []
            for name in ["alice", "bob", "carol"] {
                let event = try #require(try await harness.engine.log.history(of: .user(UserID(trusted: name))).first)
                times.append(event.recordedAt)
            }
            #expect(times[1] < times[0], "it could not know yet")
            #expect(times[2] == times[0])
            // A moment stands for what was there before anything later was.
            let head = try await harness.engine.log.head()
            #expect(try await harness.engine.log.position(at: times[0]) == head)
            #expect(try await harness.engine.log.position(at: times[1]) == head.advanced(by: -3))
            #expect(try await harness.engine.log.position(at: .now.advanced(by: .seconds(-900 * 86_400))) == .start)
        }
    }

    @Test("may jump ahead of the database's at any time, and nothing is recorded of a time that has not come")
    func jump() async throws {
        try await Harness.run { harness in
            let clock = ManualClock()
            var configuration = Harness.configuration(harness.database, clock: { clock.now })
            configuration.isClockCompared = true
            // So that nothing but the append itself can notice.
            configuration.limits.policyInterval = .seconds(3_600)
            try await SharingEngine.withEngine(configuration) { other in
                let wrong = Harness(database: harness.database, engine: other)
                try await wrong.user("alice", entity: "e")
                let head = try await other.log.head()
                clock.advance(by: .seconds(86_400))
                let error = await #expect(throws: EngineError.self) { try await wrong.user("bob", entity: "e") }
                #expect(error?.code == .clockAhead)
                let lead = try #require(error?.lead)
                #expect(lead > .seconds(86_000) && lead <= .seconds(86_400), "\(lead)")
                #expect(error?.detail.contains("ahead of the database's clock") == true)
                #expect(try await other.log.head() == head)
                // It is known from then on, to balancers too.
                let readiness = await other.readiness(within: .seconds(60))
                #expect(readiness.findings.first { $0.problem != nil }?.problem?.code == "clock-ahead")
                // The others are not held up, nor is this one when its clock is right.
                try await harness.user("carol", entity: "e")
                clock.advance(by: .seconds(-86_400))
                try await other.log.compareClock()
                try await wrong.user("bob", entity: "e")
            }
        }
    }

    @Test("must not be ahead of the database's")
    func ahead() throws {
        let clock = LedgerClock(reading: { .now }, tolerance: .seconds(60), latest: nil)
        clock.compare(.now, with: .now.advanced(by: .seconds(-30)))
        _ = try clock.now()
        clock.compare(.now, with: .now.advanced(by: .seconds(-90)))
        let error = #expect(throws: EngineError.self) { try clock.now() }
        #expect(error?.code == .clockAhead)
        clock.compare(.now, with: .now)
        _ = try clock.now()
    }

    @Test("get on with one another where one is as far ahead of the database's as it may be, and one as far behind")
    func aheadAndBehind() throws {
        let database = Timestamp.now
        let ahead = LedgerClock(reading: { database.advanced(by: .seconds(30)) }, tolerance: .seconds(60), latest: nil)
        ahead.compare(database.advanced(by: .seconds(30)), with: database)
        let recorded = try ahead.now()
        let behind = LedgerClock(reading: { database.advanced(by: .seconds(-30)) }, tolerance: .seconds(60), latest: recorded)
        #expect(try behind.now() == recorded)
        ahead.compare(database.advanced(by: .seconds(31)), with: database)
        #expect(throws: EngineError.self) { try ahead.now() }
    }
}
