import DeviceSharing
import Foundation
import SharingEngine

/// Submissions on a ledger that holds millions of events, against those on one that holds none, in turn.
struct GrowthBenchmark {
    let server: BenchServer
    let report: Report
    let events: Int
    let seconds: Int
    private let rounds = 3

    func run() async throws {
        report.section("Growth: submissions on a long ledger and on an empty one")
        let (empty, full) = (try await server.makeDatabase("growth_empty"), try await server.makeDatabase("growth_full"))
        try await LedgerFill(server: server, events: events).run("growth_full", full)

        var (early, late): ([Double], [Double]) = ([], [])
        for round in 0..<rounds {
            early.append(try await rate(empty, "empty-\(round)"))
            late.append(try await rate(full, "full-\(round)"))
        }
        report.ratio(
            "submissions at \(events / 1_000_000) M events / at none", ours: late.median, baseline: early.median,
            unit: "a second",
            atLeast: 0.9)
    }

    private func rate(_ connectionString: String, _ name: String) async throws -> Double {
        let workload = Workload(name: name, count: 8_000 * seconds)
        return try await server.withEngine(connectionString) { engine in
            try await workload.prepare(engine)
            return try await workload.submissionsPerSecond(engine, callers: 256, for: .seconds(seconds))
        }
    }
}
