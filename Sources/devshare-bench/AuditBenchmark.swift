import Canonical
import DeviceSharing
import EventLog
import Foundation
import SharingAudit
import SharingEngine
import SharingLog
import Transparency

/// What proof costs: sealing, proving and verifying a long log.
struct AuditBenchmark {
    let server: BenchServer
    let report: Report
    /// Events of the log, at least.
    let events: Int
    let seconds: Int
    private let rounds = 3
    /// Odd, so that there is one in the middle.
    private static let sealingPairs = 7
    /// How much shorter the log is beside which memory is compared.
    private static let memoryStep = 8
    private let key: SignerKey

    init(server: BenchServer, report: Report, events: Int, seconds: Int) throws {
        self.server = server
        self.report = report
        self.events = events
        self.seconds = seconds
        key = SignerKey.generate(name: try KeyName("bench.example/log"))
    }

    func run() async throws {
        report.section("Audit: a log of \(events) events sealed, verified and proved")
        let sealed = try await fill("audit", events: events)
        try await verify(sealed)
        try await prove(sealed)
        let small = try await fill("audit_small", events: events / Self.memoryStep)
        try await measureMemory(small: small, large: sealed)
        try await compareSubmissions()
    }

    /// A database with that many events, all sealed.
    private func fill(_ database: String, events: Int) async throws -> String {
        let connectionString = try await server.makeDatabase(database)
        // A request with its users and device comes to ten events.
        let workload = Workload(name: "audit", count: max(1, events / 10))
        try await server.withEngine(connectionString) { engine in
            try await workload.prepare(engine)
            _ = try await workload.submissionsPerSecond(engine, callers: 256, for: .seconds(3_600))
        }
        try await server.settle(database)
        let clock = ContinuousClock()
        let start = clock.now
        let head = try await server.withEngine(connectionString) { engine in
            let sealing = SealingService(engine.log, SealingConfiguration(signers: [key]))
            let head = try await engine.log.head()
            while try await engine.log.latestCheckpoint()?.size ?? 0 < UInt64(head.rawValue) {
                if try await sealing.seal() == nil { try await Task.sleep(for: .milliseconds(5)) }
            }
            return head
        }
        report.note(
            "\(database): \(head) events, sealed at \(Int(Double(head.rawValue) / (clock.now - start).inSeconds)) a second"
        )
        return connectionString
    }

    private func configuration(_ connectionString: String) -> EngineConfiguration {
        EngineConfiguration(connectionString: connectionString)
    }

    // MARK: Verifying

    private func verify(_ connectionString: String) async throws {
        var (copied, whole, chain): ([Double], [Double], [Double]) = ([], [], [])
        for _ in 0..<rounds {
            let (rows, time) = try await LedgerCopyBaseline.run(on: server, database: "audit")
            copied.append(Double(rows) / time)
            whole.append(try await rate(connectionString) { _ in })
            chain.append(try await rate(connectionString) { $0.checksReadModels = false })
        }
        report.ratio(
            "events verified / COPY by psql", ours: whole.median, baseline: copied.median, unit: "a second",
            atLeast: 0.4)
        report.note("without the read models: \(Int(chain.median)) events a second")
    }

    private func rate(_ connectionString: String, _ change: (inout LogVerification.Options) -> Void) async throws
        -> Double
    {
        var options = LogVerification.Options()
        options.keys = [key.verifier]
        change(&options)
        let clock = ContinuousClock()
        let start = clock.now
        let found = try await LogVerification(configuration(connectionString).settings, options: options).run()
        guard found.findingCount == 0 else { throw BenchmarkError("the log is not right: \(found.findings[0])") }
        return Double(found.events) / (clock.now - start).inSeconds
    }

    // MARK: Proving

    private func prove(_ connectionString: String) async throws {
        let median = try await server.withEngine(connectionString) { engine in
            guard let size = try await engine.log.latestCheckpoint()?.size else {
                throw BenchmarkError("nothing is sealed")
            }
            let clock = ContinuousClock()
            var times: [Double] = []
            for _ in 0..<2_000 {
                let position = Position(rawValue: .random(in: 1...Int64(size)))
                let start = clock.now
                _ = try await engine.log.inclusionProof(of: position, inTreeOfSize: size)
                times.append((clock.now - start).inSeconds * 1_000)
            }
            return times.median
        }
        report.figure("an inclusion proof, median", median, unit: "ms", atMost: 2)
    }

    // MARK: Memory

    private func measureMemory(small: String, large: String) async throws {
        for work in MemoryProbe.Work.allCases {
            let few = try await MemoryProbe.peak(of: work, connectionString: small)
            let many = try await MemoryProbe.peak(of: work, connectionString: large)
            report.ratio(
                "memory to \(work.rawValue), \(events) events / \(events / Self.memoryStep)", ours: many, baseline: few,
                unit: "MiB", atMost: 1.25)
        }
    }

    // MARK: Submissions

    /// In pairs, of which every other one begins with sealing: what drifts meanwhile counts for both. The pair in the middle
    /// is what is reported, since each varies by a tenth and more.
    private func compareSubmissions() async throws {
        let connectionString = try await server.makeDatabase("sealing")
        let sealing = SealingConfiguration(signers: [key])
        var pairs: [(with: Double, without: Double)] = []
        for number in 0..<Self.sealingPairs {
            var pair = (with: 0.0, without: 0.0)
            for isSealed in number.isMultiple(of: 2) ? [false, true] : [true, false] {
                let name = "\(isSealed ? "sealed" : "plain")-\(number)"
                let rate = try await submissions(connectionString, name, isSealed ? sealing : nil)
                if isSealed { pair.with = rate } else { pair.without = rate }
            }
            pairs.append(pair)
        }
        pairs.sort { $0.with / $0.without < $1.with / $1.without }
        let ratios = pairs.map { String(format: "%.2f", $0.with / $0.without) }
        report.note("sealing / without, each pair: \(ratios.joined(separator: ", "))")
        let middle = pairs[Self.sealingPairs / 2]
        report.ratio(
            "submissions while sealing / without", ours: middle.with, baseline: middle.without, unit: "a second", atLeast: 0.95)
    }

    private func submissions(_ connectionString: String, _ name: String, _ sealing: SealingConfiguration?) async throws
        -> Double
    {
        let workload = Workload(name: name, count: 8_000 * seconds)
        try await server.withEngine(connectionString, sealing: sealing) { try await workload.prepare($0) }
        return try await server.withEngine(connectionString, sealing: sealing) { engine in
            try await workload.submissionsPerSecond(engine, callers: 256, for: .seconds(seconds))
        }
    }
}

/// psql copying every event to nowhere.
enum LedgerCopyBaseline {
    static func run(on server: BenchServer, database: String) async throws -> (rows: Int64, seconds: Double) {
        let rows: Int64 = try await server.withConnection(to: database) { connection in
            try await connection.query("SELECT position FROM devshare.ledger WHERE ledger = 1").rows[0].decode(0)
        }
        let columns = "position, stream, version, type, schema_version, recorded_at, leaf_hash, metadata, data"
        let sql =
            "COPY (SELECT \(columns) FROM devshare.event WHERE ledger = 1 ORDER BY position) TO STDOUT (FORMAT binary)"
        let clock = ContinuousClock()
        let start = clock.now
        _ = try await Tool.run(
            "psql",
            [
                "--no-psqlrc", "--quiet", "--host=\(server.server.socketDirectory.path)",
                "--username=\(server.server.user)",
                "--dbname=\(database)", "--output=/dev/null", "--command=\(sql)",
            ])
        return (rows, (clock.now - start).inSeconds)
    }
}
