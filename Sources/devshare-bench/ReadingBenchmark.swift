import DeviceSharing
import Foundation
import SharingEngine
import SharingLog

/// Reading a whole ledger and folding it into the state of every stream, against psql that copies the same rows and does
/// nothing with them.
struct ReadingBenchmark {
    let server: BenchServer
    let report: Report
    /// Events to read, at least.
    let events: Int
    private let rounds = 3

    func run() async throws {
        report.section("Reading: every event of a ledger, folded into states")
        let database = "reading"
        let connectionString = try await server.makeDatabase(database)
        // A request with its users and device comes to ten events.
        let workload = Workload(name: "read", count: events / 10)
        let last = try await server.withEngine(connectionString) { engine in
            try await workload.prepare(engine)
            _ = try await workload.submissionsPerSecond(engine, callers: 256, for: .seconds(3_600))
            return try await engine.log.head()
        }
        try await server.settle(database)

        var (ours, theirs): ([Double], [Double]) = ([], [])
        for _ in 0..<rounds {
            theirs.append(try await copy(database))
            ours.append(
                try await server.withEngine(connectionString) { engine in
                    let clock = ContinuousClock()
                    let start = clock.now
                    let fold = try await engine.log.foldLedger(through: last)
                    return Double(fold.eventCount) / (clock.now - start).inSeconds
                })
        }
        report.note("\(last) events, \(workload.count) requests")
        report.ratio(
            "events read and folded / COPY by psql", ours: ours.median, baseline: Double(last.rawValue) / theirs.median,
            unit: "a second", atLeast: 0.5)
    }

    /// Seconds that psql takes to copy the rows to nowhere.
    private func copy(_ database: String) async throws -> Double {
        let columns = "position, stream, version, type, schema_version, recorded_at, leaf_hash, metadata, data"
        let sql = "COPY (SELECT \(columns) FROM devshare.event WHERE ledger = 1 ORDER BY position) TO STDOUT (FORMAT binary)"
        let clock = ContinuousClock()
        let start = clock.now
        _ = try await Tool.run(
            "psql",
            [
                "--no-psqlrc", "--quiet", "--host=\(server.server.socketDirectory.path)", "--username=\(server.server.user)",
                "--dbname=\(database)", "--output=/dev/null", "--command=\(sql)",
            ])
        return (clock.now - start).inSeconds
    }
}

extension [Double] {
    /// The middle one, the upper of two; 0 where there is none.
    var median: Double { isEmpty ? 0 : sorted()[count / 2] }
}
