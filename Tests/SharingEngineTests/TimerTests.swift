import Canonical
import DeviceSharing
import EligibilityPolicy
import PostgreSQL
import TestSupport
import Testing

@testable import SharingEngine
@testable import SharingLog

@Suite("Time", .fewAtOnce)
struct TimerTests {
    @Test("ends pending requests, once among several engines, also after a restart")
    func expiry() async throws {
        let clock = ManualClock()
        var limits = EngineLimits()
        limits.deadlineInterval = .seconds(3_600)  // the test calls the timer's work itself
        try await Harness.run(clock: { clock.now }, limits: limits) { harness in
            try await harness.user("alice", entity: "e1")
            try await harness.user("bob", entity: "e1")
            try await harness.device("new", of: "bob", activatedAt: clock.now)
            let request = try #require(try await harness.submit("alice", "bob", "new").request)
            #expect(request.state == .compliancePending)
            #expect(try await harness.engine.expirePending(limit: 10) == 0)
            clock.advance(by: .seconds(121 * 3_600))
            // An engine that was not there when the request was submitted.
            try await SharingEngine.withEngine(Harness.configuration(harness.database, clock: { clock.now })) { other in
                async let one = harness.engine.expirePending(limit: 10)
                async let two = other.expirePending(limit: 10)
                _ = try await (one, two)
            }
            let history = try await harness.engine.log.history(of: .shareRequest(request.id))
            #expect(history.map(\.type) == ["share-request-submitted", "share-request-held", "share-request-expired"])
            #expect(history.last?.role == .engine)
            // The requester is free to ask again.
            try await harness.submit("alice", "bob", "new")
        }
    }

    @Test("escalates pending requests, once among several engines, also after a restart")
    func escalation() async throws {
        let clock = ManualClock()
        var limits = EngineLimits()
        limits.deadlineInterval = .seconds(3_600)
        try await Harness.run(clock: { clock.now }, limits: limits) { [limits] harness in
            let request = try await harness.pendingRequest()
            #expect(try await harness.engine.escalatePending(limit: 10) == 0)
            let held = try #require(try await harness.engine.request(request))
            #expect(held.escalatesAt == held.submittedAt.advanced(by: .seconds(48 * 3_600)) && held.escalatedAt == nil)
            clock.advance(by: .seconds(48 * 3_600))
            // An engine that was not there when the request was submitted.
            let other = Harness.configuration(harness.database, clock: { clock.now }, limits: limits)
            try await SharingEngine.withEngine(other) { other in
                async let one = harness.engine.escalatePending(limit: 10)
                async let two = other.escalatePending(limit: 10)
                _ = try await (one, two)
            }
            let history = try await harness.engine.log.history(of: .shareRequest(request))
            #expect(history.map(\.type) == ["share-request-submitted", "share-request-held", "share-request-escalated"])
            #expect(history.last?.role == .engine)
            let row = try #require(try await harness.engine.request(request))
            #expect(row.state == .compliancePending && row.escalatedAt == clock.now && row.escalatesAt == nil)
            #expect(try await harness.engine.escalatePending(limit: 10) == 0)
            // What is over is ended and not escalated.
            clock.advance(by: .seconds(72 * 3_600))
            #expect(try await harness.engine.expirePending(limit: 10) == 1)
            #expect(try await harness.engine.request(request)?.closedAt == clock.now)
            #expect(try await ReadModelRebuild(connectionString: harness.database.connectionString).differences().isEmpty)
        }
    }

    @Test("does not ask again at once for what cannot be done")
    func whatCannotBeDone() async throws {
        let clock = ManualClock()
        var limits = EngineLimits()
        limits.deadlineInterval = .seconds(3_600)
        try await Harness.run(clock: { clock.now }, limits: limits) { harness in
            _ = try await harness.pendingRequest()
            let timer = DeadlineTimer(engine: harness.engine, batch: 1)
            #expect(try await !timer.leavesMore())
            clock.advance(by: .seconds(121 * 3_600))
            _ = try await harness.query(
                "ALTER TABLE devshare.share_request ADD CONSTRAINT nothing_ends CHECK (state <> 'expired')")
            #expect(try await harness.engine.expirePending(limit: 1) == 0)
            #expect(try await !timer.leavesMore())
            _ = try await harness.query("ALTER TABLE devshare.share_request DROP CONSTRAINT nothing_ends")
            #expect(try await timer.leavesMore())
            #expect(try await !timer.leavesMore())
            // What only the read model takes for pending would be due without an end.
            _ = try await harness.query(
                "UPDATE devshare.share_request SET state = 'compliance-pending', expires_at = submitted_at")
            #expect(try await !timer.leavesMore())
        }
    }

    @Test("that jumps back a little waits at the newest event, and far back records nothing")
    func clockBehind() async throws {
        let clock = ManualClock()
        try await Harness.run(clock: { clock.now }) { harness in
            try await harness.user("alice", entity: "e1")
            let before = try await harness.engine.log.head()
            clock.advance(by: .seconds(-30))
            try await harness.user("bob", entity: "e1")
            let bob = try #require(try await harness.engine.log.history(of: .user(UserID(trusted: "bob"))).first)
            let alice = try #require(try await harness.engine.log.history(of: .user(UserID(trusted: "alice"))).first)
            #expect(bob.recordedAt >= alice.recordedAt)
            clock.advance(by: .seconds(-3_600))
            let error = await #expect(throws: EngineError.self) { try await harness.user("carol", entity: "e1") }
            #expect(error?.code == .clockBehind)
            #expect(try await harness.engine.log.head() == before.advanced(by: 1))
        }
    }

    @Test("makes the engine forget idempotency keys past their retention, and no others")
    func retention() async throws {
        let clock = ManualClock()
        try await Harness.run(clock: { clock.now }) { harness in
            let old = CommandContext(actor: Actor(id: "operator", role: .operator), idempotencyKey: "old")
            let new = CommandContext(actor: Actor(id: "operator", role: .operator), idempotencyKey: "new")
            func record(_ user: String) -> Command {
                .recordUser(
                    RecordUser(
                        user: UserID(trusted: user), entity: EntityID(trusted: "e"), entityKind: .individual,
                        registeredAt: Harness.longAgo))
            }
            _ = try await harness.engine.perform(record("alice"), as: old)
            clock.advance(by: .seconds(8 * 86_400))
            _ = try await harness.engine.perform(record("bob"), as: new)
            #expect(try await harness.engine.forgetIdempotencyKeys(limit: 100) == 1)
            let keys = try await harness.query("SELECT key FROM devshare.idempotency_record").rows.map {
                try $0.decode(0, as: String.self)
            }
            #expect(keys == ["new"])
        }
    }
}
