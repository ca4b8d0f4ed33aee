import DeviceSharing
import EmbeddedPostgres
import TestSupport
import Testing

@testable import SharingEngine
@testable import SharingLog

@Suite(.fewAtOnce) struct EngineReadinessTests {
    private func problems(_ readiness: EngineReadiness) -> [EngineReadiness.Check] {
        readiness.findings.filter { $0.problem != nil }.map(\.check)
    }

    @Test func anEngineWithADatabaseAndAPolicyIsReady() async throws {
        try await Harness.run { harness in
            let readiness = await harness.engine.readiness(within: .seconds(60))
            #expect(readiness.isReady)
            #expect(readiness.findings.map(\.check) == EngineReadiness.Check.allCases)
        }
    }

    @Test func withoutAPolicyItIsNot() async throws {
        let database = try await TestDatabase.migrated()
        try await SharingEngine.withEngine(Harness.configuration(database)) { engine in
            let readiness = await engine.readiness(within: .seconds(60))
            #expect(problems(readiness) == [.policy])
            #expect(readiness.findings.first { $0.check == .policy }?.problem?.code == "no-active-policy")
        }
    }

    @Test("An engine is ready although commands have all connections")
    func exhaustedPool() async throws {
        var limits = EngineLimits()
        limits.connections = 1
        try await Harness.run(limits: limits) { harness in
            let engine = harness.engine
            let readiness = try await engine.log.pool.withConnection { _ in await engine.readiness(within: .seconds(60)) }
            #expect(readiness.isReady, "\(readiness.findings)")
        }
    }

    @Test func aDatabaseThatIsNewerThanTheProgramIsNotReady() async throws {
        try await Harness.run { harness in
            _ = try await harness.query("UPDATE devshare.schema_state SET compatibility = 9999")
            let readiness = await harness.engine.readiness(within: .seconds(60))
            #expect(problems(readiness) == [.migrations])
            #expect(
                readiness.findings.first { $0.check == .migrations }?.problem?.code == "migration-unknown")
        }
    }

    @Test("A database that only reads, or whose commits wait for a standby that is gone, is there and does not write")
    func writing() async throws {
        let server = try await EmbeddedPostgres.start(EmbeddedPostgres.Configuration(settings: ["fsync": "off"]))
        let database = try await TestDatabase.migrated(on: server)
        try await SharingEngine.withEngine(Harness.configuration(database)) { engine in
            _ = try await engine.activatePolicy(Installation.defaultPolicy(), as: Harness.operatorContext)
            let before = await engine.readiness(within: .seconds(60))
            #expect(before.isReady, "\(before.findings)")
            let owner = try await database.connect()
            for (broken, mended) in [
                ("default_transaction_read_only = on", "default_transaction_read_only = off"),
                ("synchronous_standby_names = 'gone'", "synchronous_standby_names = ''"),
            ] {
                try await owner.execute(script: "SET default_transaction_read_only = off")
                try await owner.alterSystem(broken)
                try await eventually("it does not write: \(broken)", within: .seconds(60)) {
                    problems(await engine.readiness(within: .seconds(1))) == [.writes]
                }
                try await owner.alterSystem(mended)
                try await eventually("it writes again", within: .seconds(60)) {
                    await engine.readiness(within: .seconds(60)).isReady
                }
            }
            await owner.close()
        }
        try await server.stop()
    }

    @Test("A clock that is behind the newest event is told") func clock() async throws {
        let clock = ManualClock()
        try await Harness.run(clock: { clock.now }) { harness in
            clock.advance(by: .seconds(-3_600))
            #expect(problems(await harness.engine.readiness(within: .seconds(60))) == [.clock])
        }
    }

    @Test func aDatabaseThatDoesNotAnswerIsToldInTime() async throws {
        let database = try await TestDatabase.migrated()
        let proxy = try SocketProxy(target: database.socketDirectory)
        defer { proxy.close() }
        var configuration = Harness.configuration(database)
        configuration.connectionString = database.connectionString(through: proxy)
        try await SharingEngine.withEngine(configuration) { engine in
            _ = try await engine.activatePolicy(Installation.defaultPolicy(), as: Harness.operatorContext)
            let before = await engine.readiness(within: .seconds(60))
            #expect(before.isReady, "\(before.findings)")
            proxy.fallSilent()
            let begin = ContinuousClock.now
            let readiness = await engine.readiness(within: .milliseconds(300))
            #expect(problems(readiness) == [.database, .writes, .migrations])
            #expect(ContinuousClock.now - begin < .seconds(50))
            proxy.close()
        }
    }
}
