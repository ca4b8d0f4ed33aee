import Canonical
import DeviceSharing
import OpenMetrics
import PostgreSQL
import TestSupport
import Testing

@testable import SharingEngine
@testable import SharingLog

@Suite(.fewAtOnce) struct EngineMetricsTests {
    /// An engine whose metrics go to a registry of the test's own.
    private func run(_ body: @Sendable @escaping (Harness, MetricsRegistry) async throws -> Void) async throws {
        let registry = MetricsRegistry(EngineMetrics.families)
        let database = try await TestDatabase.migrated()
        var configuration = Harness.configuration(database)
        configuration.metrics = registry
        try await SharingEngine.withEngine(configuration) { engine in
            let harness = Harness(database: database, engine: engine)
            _ = try await engine.activatePolicy(Installation.defaultPolicy(), as: Harness.operatorContext)
            try await body(harness, registry)
        }
    }

    @Test func commandsAreTimedAndTheirErrorsCounted() async throws {
        try await run { harness, registry in
            for user in ["a", "b", "c"] { try await harness.user(user, entity: "E-\(user)") }
            await #expect(throws: SharingError.self) { try await harness.submit("a", "a", "none") }
            let text = registry.text(.openMetrics)
            #expect(text.contains(#"devshare_command_duration_seconds_count{command="record-user",outcome="done"} 3"#))
            #expect(text.contains(#"devshare_command_duration_seconds_count{command="submit",outcome="refused"} 1"#))
            #expect(text.contains(#"devshare_command_errors_total{code="requester-is-owner",command="submit"} 1"#))
            #expect(
                text.contains(#"devshare_command_duration_seconds_count{command="activate-policy",outcome="done"} 1"#))
        }
    }

    @Test func decisionsAreCountedByOutcomeAndByRule() async throws {
        try await run { harness, registry in
            try await harness.user("a", entity: "E-1")
            try await harness.user("b", entity: "E-1")
            try await harness.user("c", entity: "E-2")
            try await harness.device("D-1", of: "b")
            #expect(try await harness.submit("a", "b", "D-1").request?.state == .active)
            #expect(try await harness.submit("c", "b", "D-1").request?.state == .compliancePending)
            let text = registry.text(.openMetrics)
            #expect(text.contains(#"devshare_decisions_total{outcome="approve"} 1"#))
            #expect(text.contains(#"devshare_decisions_total{outcome="review"} 1"#))
            #expect(text.contains(#"devshare_rulings_total{consequence="review",finding="not-met",rule="identity-complete"} 1"#))
        }
    }

    @Test func lengthsAgesAndLagsAreMeasured() async throws {
        try await run { harness, registry in
            try await harness.user("b", entity: "E-1")
            try await harness.user("c", entity: "E-2")
            try await harness.device("D-1", of: "b")
            try await harness.submit("c", "b", "D-1")
            let following = Task {
                try await harness.engine.follow(after: .start, as: "test-reader") { _ in }
            }
            let head = try await harness.engine.log.head()
            try await eventually("the reader has caught up") {
                harness.engine.followers.lags(behind: head).first?.lag == 0
            }
            await harness.engine.sampleMetrics()
            following.cancel()
            let text = registry.text(.openMetrics)
            #expect(text.contains("devshare_pending_requests 1\n"))
            #expect(text.contains("devshare_pending_request_age_seconds "))
            #expect(text.contains("devshare_command_queue_length 0\n"))
            #expect(text.contains("devshare_command_queue_age_seconds 0\n"))
            #expect(text.contains(#"devshare_pool_connections{state="idle"} "#))
            #expect(text.contains(#"devshare_follower_lag_events{follower="test-reader"} 0"#))
            #expect(text.contains("devshare_unsealed_events \(head.rawValue)\n"))
            let skew = try #require(text.split(separator: "\n").first { $0.hasPrefix("devshare_clock_skew_seconds ") })
            // One machine has one clock.
            #expect(try #require(skew.split(separator: " ").last.flatMap { Double($0) }).magnitude < 1)
            #expect(text.contains("\ndevshare_oldest_snapshot_age_seconds "))
        }
    }

    @Test("Given the database cannot be asked, what only it knows is not told")
    func whatIsNotKnownIsNotTold() async throws {
        try await run { harness, registry in
            await harness.engine.sampleMetrics()
            #expect(registry.text(.openMetrics).contains("devshare_pending_requests 0\n"))
            harness.engine.metrics.sample(
                MetricsSample(
                    queueLength: 3, queueAge: .zero, lentConnections: 0, idleConnections: 0, waitingForConnection: 0,
                    followerLags: [], database: nil))
            let text = registry.text(.openMetrics)
            #expect(text.contains("devshare_command_queue_length 3\n"))
            for name in ["pending_requests", "pending_request_age_seconds", "unsealed_events", "clock_skew_seconds"] {
                #expect(!text.contains("devshare_\(name) "))
            }
        }
    }

    @Test("Given a transaction that stays open, its age is told")
    func theOldestSnapshot() async throws {
        try await run { harness, registry in
            let connection = try await harness.database.connect()
            try await connection.execute(script: "GRANT pg_read_all_stats TO devshare_app")
            try await connection.transaction(isolation: .repeatableRead, readOnly: true) { (held: Connection) in
                _ = try await held.query("SELECT count(*), pg_sleep(1.1) FROM pg_class")
                await harness.engine.sampleMetrics()
            }
            let text = registry.text(.openMetrics)
            let sample = try #require(
                text.split(separator: "\n").first { $0.hasPrefix("devshare_oldest_snapshot_age_seconds ") })
            #expect(try #require(sample.split(separator: " ").last.flatMap { Double($0) }) > 1)
        }
    }

    @Test func theLagOfTheSlowestReaderCounts() {
        let progress = FollowerProgress()
        let (fast, slow) = (progress.begin("r", at: Position(rawValue: 10)), progress.begin("r", at: .start))
        progress.advance(fast, to: Position(rawValue: 90))
        progress.advance(slow, to: Position(rawValue: 40))
        #expect(progress.lags(behind: Position(rawValue: 100)).map(\.lag) == [60])
        progress.end(slow)
        #expect(progress.lags(behind: Position(rawValue: 100)).map(\.lag) == [10])
        progress.end(fast)
        #expect(progress.lags(behind: Position(rawValue: 100)).map(\.lag) == [0])
    }

    @Test func batchesAreMeasured() async throws {
        try await run { harness, registry in
            try await harness.user("a", entity: "E-1")
            #expect(registry.text(.openMetrics).contains("devshare_batch_commands_count 2\n"))
            #expect(registry.text(.openMetrics).contains("devshare_batch_commands_sum 2\n"))
        }
    }
}
