import Foundation
import PostgreSQL
import SharingEngine

/// Durable submissions over HTTP, by a server in a process of its own and wrk as its clients, against pgbench; and the memory
/// that the server takes meanwhile.
struct HTTPBenchmark {
    let server: BenchServer
    let report: Report
    let seconds: Int
    /// Minutes under load after which memory is compared with what it was after the first; 0 leaves that out.
    let soakMinutes: Int

    private static let connections = 256
    private static let threads = 2

    private let rounds = 3
    private let soak = Workload(name: "soak", count: 1_000)

    func run() async throws {
        report.section("HTTP: requests submitted, approved and committed")
        let database = "http"
        let connectionString = try await server.makeDatabase(database)
        let sample = Workload(name: "sample", count: 1)
        let positions = try await server.withEngine(connectionString) { engine in
            try await sample.prepare(engine)
            return try await sample.submit(0, to: engine).positions
        }
        try await server.withConnection(to: database) { try await Baseline.make(like: positions, on: $0) }

        let baseline = try await Baseline.run(on: server, database: database, clients: 32, seconds: seconds)
        let workloads = (0..<rounds).map {
            Workload(name: "http-\($0)", count: Int(baseline.transactionsPerSecond) * seconds)
        }
        for workload in workloads {
            try await server.withEngine(connectionString) { try await workload.prepare($0) }
        }
        if soakMinutes > 0 {
            try await server.withEngine(connectionString) { try await soak.prepare($0) }
        }
        try await server.settle(database)
        let ours = try await measure(workloads, connectionString) {
            try await Baseline.run(on: server, database: database, clients: 32, seconds: seconds).transactionsPerSecond
        }
        report.ratio(
            "submissions over HTTP, \(Self.connections) connections / pgbench", ours: ours.rates.median,
            baseline: ours.baselines.median, unit: "a second", atLeast: 0.6)
        report.note("p99 latency of each round: \(ours.p99.joined(separator: ", "))")
        report.figure("resident memory at its peak", ours.peak, unit: "MiB", atMost: 150)
        if let growth = ours.growth {
            report.figure("growth over \(soakMinutes) minutes", growth, unit: "of it", atMost: 0.05)
        }
    }

    private struct Measurement {
        var rates: [Double] = []
        var baselines: [Double] = []
        var p99: [String] = []
        var peak = 0.0
        var growth: Double?
    }

    /// The machine's speed changes from one moment to the next, so each round has a baseline of its own.
    private func measure(
        _ workloads: [Workload], _ connectionString: String, baseline: () async throws -> Double
    ) async throws -> Measurement {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("devshare-http-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let program = try ServedProgram(connectionString: connectionString, folder: folder)
        defer { program.stop() }
        let address = try await program.address()
        let token = try await Tool.run(
            ServedProgram.executable.path,
            ["token", "--role", "portal", "--minutes", "1440", "--data", folder.path]
        ).trimmingCharacters(in: .whitespacesAndNewlines)
        let script = folder.appendingPathComponent("submit.lua")

        func load(_ workload: Workload, _ seconds: Int, endless: Bool = false) async throws -> (rate: Double, p99: String) {
            try workload.luaScript(token: token, threads: Self.threads, endless: endless)
                .write(to: script, atomically: true, encoding: .utf8)
            let output = try await Tool.run(
                "wrk",
                [
                    "--threads=\(Self.threads)", "--connections=\(Self.connections)", "--duration=\(seconds)s",
                    "--latency",
                    "--script=\(script.path)", address,
                ])
            guard let rate = output.value(after: "Requests/sec:").flatMap({ Double($0) }),
                let p99 = output.value(after: "99%"),
                !output.contains("Non-2xx")
            else { throw BenchmarkError("wrk did not have every request answered:\n\(output)") }
            return (rate, p99)
        }
        var measurement = Measurement()
        for workload in workloads {
            measurement.baselines.append(try await baseline())
            let (rate, p99) = try await load(workload, seconds)
            measurement.rates.append(rate)
            measurement.p99.append(p99)
        }
        if soakMinutes > 0 {
            _ = try await load(soak, 60, endless: true)
            let before = try program.memory("VmRSS")
            _ = try await load(soak, soakMinutes * 60, endless: true)
            measurement.growth = try program.memory("VmRSS") / before - 1
        }
        measurement.peak = try program.memory("VmHWM")
        return measurement
    }
}
