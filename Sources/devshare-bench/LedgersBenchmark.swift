import DeviceSharing
import SharingEngine
import SharingLog

/// Several ledgers on one server, each with one caller and an engine of its own, against one ledger alone. The database takes 4 ms
/// for each flush, as a disk may (`commit_delay`), so what matters is whether the commits of ledgers wait for one another.
struct LedgersBenchmark {
    let server: BenchServer
    let report: Report
    let seconds: Int

    private static let count = 16

    func run() async throws {
        report.section("Ledgers: \(Self.count) on one server, 4 ms for each flush")
        let database = "ledgers"
        let connectionString = try await server.makeDatabase(database)
        // The first is measured alone, the others together.
        let names = (0...Self.count).map { "tenant-\($0)" }
        // A caller can submit no more than one request in each flush.
        let workload = Workload(name: "ledgers", count: seconds * 250)
        for name in names {
            _ = try await Installation(connectionString: connectionString).migrate(ledger: name)
            try await server.withEngine(connectionString, ledger: name) { engine in
                _ = try await engine.activatePolicy(
                    Installation.defaultPolicy(), as: CommandContext(actor: Actor(id: "bench", role: .operator)))
                try await workload.prepare(engine)
            }
        }
        try await server.settle(database)
        try await server.execute("ALTER DATABASE \(database) SET commit_delay = 4000", in: database)
        try await server.execute("ALTER DATABASE \(database) SET commit_siblings = 0", in: database)
        let alone = try await server.withEngine(connectionString, ledger: names[0]) {
            try await workload.submissionsPerSecond($0, callers: 1, for: .seconds(seconds))
        }
        let together = try await withThrowingTaskGroup(of: Double.self) { group in
            for name in names.dropFirst() {
                group.addTask {
                    try await server.withEngine(connectionString, ledger: name) {
                        try await workload.submissionsPerSecond($0, callers: 1, for: .seconds(seconds))
                    }
                }
            }
            return try await group.reduce(0, +)
        }
        report.ratio(
            "submissions to \(Self.count) ledgers / to one", ours: together, baseline: alone, unit: "a second", atLeast: 3)
    }
}
