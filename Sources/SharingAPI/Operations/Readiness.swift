import SharingEngine

/// Whether the server can do its work. Asked often and by anybody, so one look serves for a moment.
actor Readiness {
    struct Report: Hashable, Sendable {
        let wrong: Set<EngineReadiness.Check>

        var isReady: Bool { wrong.isEmpty }
    }

    private static let freshness: Duration = .seconds(1)

    private let engine: SharingEngine
    private var latest: (report: Report, at: ContinuousClock.Instant)?
    private var looking: Task<Report, Never>?

    init(engine: SharingEngine) { self.engine = engine }

    /// - Parameter isStopping: whether the server has been asked to stop.
    func report(isStopping: Bool) async -> Report {
        let report = await recent()
        return isStopping ? Report(wrong: report.wrong.union([.serving])) : report
    }

    private func recent() async -> Report {
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
        Report(wrong: Set(await engine.readiness().findings.filter { $0.problem != nil }.map(\.check)))
    }
}
