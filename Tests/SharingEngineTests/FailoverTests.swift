import DeviceSharing
import EmbeddedPostgres
import OpenMetrics
import PostgreSQL
import TestSupport
import Testing

@testable import SharingEngine
@testable import SharingLog

/// A failover to an asynchronous standby that was behind: what was acknowledged last is lost, and its positions and versions are
/// given out again.
@Suite(.fewAtOnce) struct FailoverTests {
    /// An engine that has seen, and remembers, what is then lost: that ada, of another entity before, is of bob's now. On the
    /// standby that is primary then, ada is closed by somebody else.
    private func afterFailover(
        prepare: @Sendable @escaping (_ other: SharingEngine) async throws -> Void = { _ in },
        _ body: @Sendable @escaping (_ engine: Harness, _ metrics: MetricsRegistry) async throws -> Void
    ) async throws {
        let primary = try await EmbeddedPostgres.start(EmbeddedPostgres.Configuration(settings: EmbeddedPostgres.testSettings))
        let database = try await TestDatabase.migrated(on: primary)
        try await primary.withReplica { standby in
            let copy = database.replicated(on: standby)
            let registry = MetricsRegistry(EngineMetrics.families)
            var configuration = Harness.configuration(database)
            configuration.metrics = registry
            configuration.connectionString = Self.either(primary, standby, database.name)
            try await SharingEngine.withEngine(configuration) { engine in
                let harness = Harness(database: copy, engine: engine)
                _ = try await engine.activatePolicy(Installation.defaultPolicy(), as: Harness.operatorContext)
                try await harness.user("bob", entity: "E-1")
                try await harness.device("D", of: "bob")
                try await harness.user("ada", entity: "E-9")
                try await eventually("the standby has caught up", within: .seconds(60)) {
                    try await Self.head(of: copy) == Self.head(of: database)
                }
                try await Self.cutOff(copy)
                try await harness.user("ada", entity: "E-1")
                let read = try await engine.eventPage(after: .start, types: [], limit: 1_000).through
                try await primary.stop()
                try await Self.promote(copy)
                try await SharingEngine.withEngine(Harness.configuration(copy)) { other in
                    _ = try await other.perform(.closeUser(UserID(trusted: "ada")), as: Harness.operatorContext)
                    try await prepare(other)
                }
                let rewound = await #expect(throws: LogRewound.self) {
                    try await patiently { try await engine.require(read) }
                }
                #expect(rewound?.cursor == read, "a reader of the log notices too")
                try await body(harness, registry)
            }
        }
    }

    private static func either(_ first: EmbeddedPostgres, _ second: EmbeddedPostgres, _ database: String) -> String {
        "host='\(first.socketDirectory.path),\(second.socketDirectory.path)' port=5432 dbname=\(database) user=\(first.user)"
    }

    private static func head(of database: TestDatabase) async throws -> Int64? {
        let connection = try await database.connect()
        let rows = try await connection.query("SELECT max(position) FROM devshare.event").rows
        await connection.close()
        return try rows.first?.decode(0)
    }

    /// The standby hears nothing more of its primary.
    private static func cutOff(_ standby: TestDatabase) async throws {
        let connection = try await standby.connect()
        try await connection.alterSystem("primary_conninfo = ''")
        try await eventually("the standby hears nothing more", within: .seconds(60)) {
            try await connection.query("SELECT FROM pg_stat_wal_receiver").rows.isEmpty
        }
        await connection.close()
    }

    private static func promote(_ standby: TestDatabase) async throws {
        let connection = try await standby.connect()
        _ = try await connection.query("SELECT pg_promote()")
        try await eventually("the standby writes", within: .seconds(60)) {
            let rows = try await connection.query("SELECT pg_is_in_recovery()").rows
            return try rows.first?.decode(0) == false
        }
        await connection.close()
    }

    /// Repeats what the old primary's sessions fail at: each is given up where it is first used.
    private func patiently<Value: Sendable>(_ work: @Sendable () async throws -> Value) async throws -> Value {
        let deadline = ContinuousClock.now + .seconds(60)
        while true {
            do {
                return try await work()
            } catch let error as EngineError where error.isRetryable && .now < deadline {
                continue
            } catch let error as PostgreSQLError where error.isRetryable && .now < deadline {
                continue
            }
        }
    }

    @Test("An engine that remembers lost events decides again on the log as it is", .timeLimit(.minutes(5)))
    func decision() async throws {
        try await afterFailover { harness, metrics in
            let refusal = await #expect(throws: SharingError.self) {
                try await self.patiently { try await harness.submit("ada", "bob", "D") }
            }
            #expect(refusal?.code == .userClosed, "\(String(describing: refusal))")
            #expect(metrics.text(.openMetrics).contains("devshare_log_rewinds_total 1\n"))
            // From then on the engine is one as any other.
            try await harness.user("eve", entity: "E-1")
            let receipt = try await harness.submit("eve", "bob", "D")
            #expect(receipt.request?.state == .active)
        }
    }

    @Test("A policy that comes into force on the log as it is does not hide what was lost", .timeLimit(.minutes(5)))
    func policyMeanwhile() async throws {
        try await afterFailover(prepare: { other in
            let text = try Installation.defaultPolicy().asPolicyVersion("2026.2")
            _ = try await other.activatePolicy(text, as: Harness.operatorContext)
        }) { harness, metrics in
            // The engine looks for another policy by itself, before any command.
            try await eventually("it has the policy of the log as it is", within: .seconds(60)) {
                harness.engine.activePolicy?.version == "2026.2"
            }
            #expect(metrics.text(.openMetrics).contains("devshare_log_rewinds_total 1\n"))
            let refusal = await #expect(throws: SharingError.self) {
                try await self.patiently { try await harness.submit("ada", "bob", "D") }
            }
            #expect(refusal?.code == .userClosed, "\(String(describing: refusal))")
        }
    }

    @Test("So does a dry run, which records nothing", .timeLimit(.minutes(5)))
    func dryRun() async throws {
        try await afterFailover { harness, metrics in
            let command = SubmitShareRequest(
                requester: UserID(trusted: "ada"), owner: UserID(trusted: "bob"), device: DeviceID(trusted: "D"),
                consent: try harness.consent())
            let assessment = try await self.patiently { try await harness.engine.assess(command) }
            guard case .impossible(let error) = assessment, error.code == .userClosed else {
                Issue.record("\(assessment)")
                return
            }
            #expect(metrics.text(.openMetrics).contains("devshare_log_rewinds_total 1\n"))
        }
    }
}
