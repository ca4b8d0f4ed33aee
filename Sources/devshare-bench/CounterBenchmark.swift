import DeviceSharing
import EligibilityPolicy
import Foundation
import SharingEngine
import SharingLog

/// Submissions under a policy that counts, against the same policy without counters: each on a database of its own, in turns.
struct CounterBenchmark {
    let server: BenchServer
    let report: Report
    let seconds: Int

    private static let rounds = 3
    private static let counters = """

        counters:
          - {id: ofOwner, title: {en: A, zh-Hant: 甲, zh-Hans: 甲}, count: sharings, of: owner, within: 30d}
          - {id: ofEntity, title: {en: B, zh-Hant: 乙, zh-Hans: 乙}, count: sharings, of: owner-entity, within: 30d}
          - {id: rejected, title: {en: C, zh-Hant: 丙, zh-Hans: 丙}, count: rejections, of: requester, within: 1d}
        rules:
          - id: few
            title: {en: D, zh-Hant: 丁, zh-Hans: 丁}
            require: counter.ofOwner < 10 && counter.ofEntity < 10 && counter.rejected < 10
            otherwise: review
            error: organization-involved

        """

    func run() async throws {
        report.section("Counters: submissions under a policy with three")
        let (plain, counting) = ("plain", "counting")
        let plainConnection = try await server.makeDatabase(plain)
        let countingConnection = try await server.makeDatabase(counting)
        try await server.withEngine(countingConnection) { engine in
            let text = try Installation.defaultPolicy()
            guard let version = engine.activePolicy?.version else { throw BenchmarkError("no policy is in force") }
            let policy = text.replacing("\nrules:\n", with: Self.counters).replacing(version, with: version + "-counting")
            _ = try await engine.activatePolicy(policy, as: CommandContext(actor: Actor(id: "bench", role: .operator)))
        }
        var rates: [(plain: Double, counting: Double)] = []
        for round in 0..<Self.rounds {
            let rate = try await rate("plain-\(round)", plain, plainConnection)
            rates.append((rate, try await self.rate("counting-\(round)", counting, countingConnection)))
        }
        let middle = rates.sorted { $0.counting / $0.plain < $1.counting / $1.plain }[Self.rounds / 2]
        report.ratio(
            "submissions with three counters / without, 256 callers", ours: middle.counting, baseline: middle.plain,
            unit: "a second", atLeast: 0.85)
    }

    private func rate(_ name: String, _ database: String, _ connectionString: String) async throws -> Double {
        let workload = Workload(name: name, count: 12_000 * seconds)
        try await server.withEngine(connectionString) { try await workload.prepare($0) }
        try await server.settle(database)
        // An engine that remembers nothing: every submission loads its facts.
        return try await server.withEngine(connectionString) {
            try await workload.submissionsPerSecond($0, callers: 256, for: .seconds(seconds))
        }
    }
}
