import DeviceSharing
import Foundation
import PostgreSQL
import SharingEngine

/// Durable submissions against pgbench, which writes the same rows with one stored-function call and one commit a request.
struct SubmissionBenchmark {
    let server: BenchServer
    let report: Report
    let seconds: Int

    func run() async throws {
        report.section("Submissions: requests approved and committed")
        let database = "submissions"
        let connectionString = try await server.makeDatabase(database)
        try await prepareBaseline(database, connectionString)

        let baseline = try await Baseline.run(on: server, database: database, clients: 32, seconds: seconds)
        let workload = Workload(name: "many", count: Int(baseline.transactionsPerSecond * 4) * seconds)
        try await server.withEngine(connectionString) { try await workload.prepare($0) }
        try await server.settle(database)
        let again = try await Baseline.run(on: server, database: database, clients: 32, seconds: seconds)
        // An engine that remembers nothing: every submission loads its facts.
        let ours = try await server.withEngine(connectionString) {
            try await workload.submissionsPerSecond($0, callers: 256, for: .seconds(seconds))
        }
        let third = try await Baseline.run(on: server, database: database, clients: 32, seconds: seconds)
        let rates = [baseline, again, third].map(\.transactionsPerSecond).sorted()
        report.ratio(
            "submissions, 256 callers / pgbench, 32 clients", ours: ours, baseline: rates[1], unit: "a second", atLeast: 1.0)
    }

    /// One caller after another's answer, against pgbench with one client.
    func runAlone() async throws {
        report.section("Latency: one caller")
        let database = "latency"
        let connectionString = try await server.makeDatabase(database)
        try await prepareBaseline(database, connectionString)
        let workload = Workload(name: "one", count: 4_000)
        let baseline = try await Baseline.run(on: server, database: database, clients: 1, seconds: seconds)
        let ours = try await server.withEngine(connectionString) { engine in
            try await workload.prepare(engine)
            var latencies: [Double] = []
            let clock = ContinuousClock()
            let end = clock.now + .seconds(seconds)
            for index in 0..<workload.count where clock.now < end {
                let start = clock.now
                try await workload.submit(index, to: engine)
                latencies.append((clock.now - start).inSeconds * 1_000)
            }
            latencies.sort()
            return latencies[latencies.count / 2]
        }
        report.ratio(
            "median latency, 1 caller / pgbench, 1 client", ours: ours, baseline: baseline.medianLatency, unit: "ms", atMost: 1.5)
    }

    private func prepareBaseline(_ database: String, _ connectionString: String) async throws {
        let sample = try await server.withEngine(connectionString) { engine in
            let workload = Workload(name: "sample", count: 1)
            try await workload.prepare(engine)
            return try await workload.submit(0, to: engine).positions
        }
        try await server.withConnection(to: database) { connection in
            try await Baseline.make(like: sample, on: connection)
        }
    }
}
