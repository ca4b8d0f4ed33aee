import Canonical
import DeviceSharing
import EmbeddedPostgres
import Foundation
import PostgreSQL
import TestSupport
import Testing

@testable import SharingEngine
@testable import SharingLog

/// A database that is there and answers nothing, as on a machine that stalls.
@Suite("A frozen server", .fewAtOnce, .timeLimit(.minutes(5))) struct FrozenServerTests {
    /// Short, so that the tests are. With FROZEN_SERVER=serving those of `devshare serve`, to measure how long an outage is.
    private static let timeouts: DatabaseTimeouts =
        ProcessInfo.processInfo.environment["FROZEN_SERVER"] == "serving"
        ? .serving
        : DatabaseTimeouts(
            statement: .milliseconds(700), connect: .milliseconds(1_000), cancel: .milliseconds(300), silence: .seconds(1))

    private static var limits: EngineLimits {
        var limits = EngineLimits()
        limits.timeouts = timeouts
        return limits
    }

    /// Up to three statements are sent at once; then a connection is made, to each host in turn.
    private static var bound: Duration { timeouts.statement * 3 + timeouts.cancel + timeouts.connect }

    /// For a machine that is busy with other tests.
    private static let slack = Duration.seconds(10)

    /// Records a user under a key of its own, again and again until it is known that it was. What fails must be typed, and may be
    /// repeated.
    private static func record(_ user: String, _ engine: SharingEngine) async throws {
        let record = RecordUser(
            user: UserID(trusted: user), entity: EntityID(trusted: "E"), entityKind: .individual, registeredAt: Harness.longAgo)
        var context = Harness.operatorContext
        context.idempotencyKey = user
        let deadline = ContinuousClock.now + .seconds(120)
        while true {
            do {
                _ = try await engine.perform(.recordUser(record), as: context)
                return
            } catch let error as EngineError where error.isRetryable && .now < deadline {
                #expect([.databaseUnavailable, .outcomeUnknown].contains(error.code), "\(error)")
            }
        }
    }

    @Test("has commands answered in time, and the engine goes on when it goes on")
    func thaws() async throws {
        let server = try await EmbeddedPostgres.start(EmbeddedPostgres.Configuration(settings: EmbeddedPostgres.testSettings))
        let database = try await TestDatabase.migrated(on: server)
        try await SharingEngine.withEngine(Harness.configuration(database, limits: Self.limits)) { engine in
            _ = try await engine.activatePolicy(Installation.defaultPolicy(), as: Harness.operatorContext)
            // Many connections are open, and each is dead.
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<20 { group.addTask { try await Self.record("before-\(number)", engine) } }
                try await group.waitForAll()
            }
            let users = (0..<8).map { "user-\($0)" }
            try await server.whileFrozen {
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for user in users {
                        group.addTask {
                            let harness = Harness(database: database, engine: engine)
                            let begin = ContinuousClock.now
                            let error = await #expect(throws: EngineError.self) { try await harness.user(user, entity: "E") }
                            #expect(
                                error?.code == .outcomeUnknown || error?.code == .databaseUnavailable,
                                "\(String(describing: error))"
                            )
                            #expect(ContinuousClock.now - begin < Self.bound + Self.slack)
                        }
                    }
                    try await group.waitForAll()
                }
                let readiness = await engine.readiness(within: .milliseconds(300))
                #expect(readiness.findings.first { $0.check == .database }?.problem?.code == "database-unavailable")
            }
            for user in users { try await Self.record(user, engine) }
            for user in users {
                #expect(try await engine.log.history(of: .user(UserID(trusted: user))).count == 1, "once: \(user)")
            }
            try await eventually("it is ready again", within: .seconds(60)) {
                await engine.readiness(within: .seconds(10)).isReady
            }
        }
        try await server.stop()
    }

    @Test("whose standby is promoted is left for it, within the time that the timeouts say")
    func isLeft() async throws {
        let primary = try await EmbeddedPostgres.start(EmbeddedPostgres.Configuration(settings: EmbeddedPostgres.testSettings))
        let database = try await TestDatabase.migrated(on: primary)
        try await primary.withReplica { standby in
            var configuration = Harness.configuration(database, limits: Self.limits)
            configuration.connectionString =
                "host='\(primary.socketDirectory.path),\(standby.socketDirectory.path)' port=5432 dbname=\(database.name) "
                + "user=\(primary.user)"
            let copy = database.replicated(on: standby)
            try await SharingEngine.withEngine(configuration) { engine in
                _ = try await engine.activatePolicy(Installation.defaultPolicy(), as: Harness.operatorContext)
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for number in 0..<20 { group.addTask { try await Self.record("before-\(number)", engine) } }
                    try await group.waitForAll()
                }
                let head = try await engine.log.head()
                let observer = try await copy.connect()
                try await eventually("the standby has caught up", within: .seconds(60)) {
                    try await observer.query("SELECT max(position) FROM devshare.event").rows.first?.decode(0)
                        == head.rawValue
                }
                try await primary.whileFrozen {
                    // Its commands are under way before the standby is promoted.
                    async let recorded: Void = withThrowingTaskGroup(of: Void.self) { group in
                        for number in 0..<8 { group.addTask { try await Self.record("user-\(number)", engine) } }
                        try await group.waitForAll()
                    }
                    _ = try await observer.query("SELECT pg_promote()")
                    let begin = ContinuousClock.now
                    try await recorded
                    let outage = ContinuousClock.now - begin
                    print("the outage ended \(outage) after the promotion")
                    #expect(outage < Self.bound + Self.slack)
                }
                await observer.close()
            }
        }
        try await primary.stop()
    }
}
