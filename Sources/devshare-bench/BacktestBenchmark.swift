import BundledFiles
import Canonical
import DeviceSharing
import EligibilityPolicy
import Foundation
import SharingAudit
import SharingEngine
import SharingLog

/// Deciding a million recorded requests again: under a candidate, and under the policy that decided them.
struct BacktestBenchmark {
    let server: BenchServer
    let report: Report
    /// Requests of the history, at least.
    let requests: Int
    /// Different ones, each of which stands in the history many times.
    private let samples = 1_000
    /// Days for which a device is young under the candidate and not under the policy in force.
    private let youngDays = 10

    func run() async throws {
        report.section("Back-test: a generated history of \(requests) requests, decided again")
        let database = "backtest"
        let connectionString = try await server.makeDatabase(database)
        try await fill(database, connectionString)
        let text = try BundledFiles.text("device-sharing.yaml", in: .policies)
        let candidate = try Policy.load(text.replacing("duration('168h')", with: "duration('336h')"), file: "candidate.yaml")
        guard candidate.source != text else { throw BenchmarkError("the candidate is the policy in force") }
        try await server.withEngine(connectionString) { engine in
            let clock = ContinuousClock()
            var start = clock.now
            let tally = try await Backtest(engine.log, candidate: candidate).run().tally
            let backtest = (clock.now - start).inSeconds
            start = clock.now
            let replay = try await DecisionReplay(engine.log).run()
            let replayed = (clock.now - start).inSeconds
            guard tally[.approve, .review] == tally.requests / 10, replay.differences == 0 else {
                throw BenchmarkError("the history is not what was written: \(tally), \(replay)")
            }
            report.note(
                "\(tally.requests) requests: \(tally[.approve, .approve]) approved as before, \(tally[.approve, .review]) held for "
                    + tally.changesByRule.keys.map(\.rawValue).joined(separator: ", "))
            // A million in a minute.
            report.figure(
                "requests decided again under a candidate", Double(tally.requests) / backtest, unit: "a second",
                atLeast: 1_000_000 / 60)
            report.note(
                "decisions replayed under their own policy: \(Int(Double(replay.decisions) / replayed)) a second, no difference")
        }
    }

    /// Writes the requests by SQL: submission and decision of each, in the bytes of those that the engine made.
    private func fill(_ database: String, _ connectionString: String) async throws {
        try await server.withEngine(connectionString) { engine in
            for (name, count, days) in [("old", samples * 9 / 10, 400), ("young", samples / 10, youngDays)] {
                let workload = Workload(name: name, count: count, deviceDays: days)
                try await workload.prepare(engine)
                try await concurrently(count, callers: 128) { try await workload.submit($0, to: engine) }
            }
        }
        let copies = 20
        let rounds = (max(requests - samples, 0) + samples * copies - 1) / (samples * copies)
        try await server.withConnection(to: database) { connection in
            try await connection.execute(script: Self.sample)
            for _ in 0..<rounds {
                _ = try await connection.query(Self.fill, Int64(samples), Int64(copies))
            }
        }
        try await server.settle(database)
    }

    private static let sample = """
        CREATE TABLE public.sample AS
        SELECT d.*, s.data AS submission, row_number() OVER (ORDER BY d.position) AS place
          FROM devshare.event d
          JOIN devshare.event s ON s.ledger = d.ledger AND s.stream = d.stream AND s.version = 1
         WHERE d.type = 'share-request-approved'
        """

    private static let fill = """
        WITH head AS (
                UPDATE devshare.ledger SET position = position + 2 * $1 * $2 WHERE ledger = 1
                RETURNING position - 2 * $1 * $2 AS position),
             request AS (
                SELECT s.*, gen_random_uuid() AS id, head.position + 2 * ((n - 1) * $1 + s.place) AS last
                  FROM public.sample s CROSS JOIN generate_series(1, $2) n CROSS JOIN head)
        INSERT INTO devshare.event
        SELECT 1, last - 1, 'share-request/' || id, 1, 'share-request-submitted', 1, recorded_at, leaf_hash, metadata, submission
          FROM request
        UNION ALL
        SELECT 1, last, 'share-request/' || id, 2, type, schema_version, recorded_at, leaf_hash, metadata, data FROM request
        """
}
