import SharingEngine

/// Whether the server can do its work. Asked often and by anybody, so one look serves for a moment.
actor Readiness {
    struct Report: Hashable, Sendable {
        let database: Bool
        let migrations: Bool
        let policy: Bool

        var isReady: Bool { database && migrations && policy }
    }

    private static let freshness: Duration = .seconds(1)

    private let engine: SharingEngine
    private var latest: (report: Report, at: ContinuousClock.Instant)?
    private var looking: Task<Report, Never>?

    init(engine: SharingEngine) { self.engine = engine }

    func report() async -> Report {
        if let latest, .now - latest.at < Self.freshness { return latest.report }
        if let looking { return await looking.value }
        let task = Task { await look() }
        looking = task
        let report = await task.value
        looking = nil
        latest = (report, .now)
        return report
    }

    private func look() async -> Report {
        let wrong = Set(await engine.readiness().findings.filter { $0.problem != nil }.map(\.check))
        return Report(
            database: !wrong.contains(.database), migrations: !wrong.contains(.migrations), policy: !wrong.contains(.policy))
    }
}
