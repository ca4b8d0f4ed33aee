import EligibilityPolicy
import SharingAudit
import SharingEngine
import SharingLog

/// Whether the server can do its work. Asked often and by anybody, so one look serves for a moment.
actor Readiness {
    struct Report: Hashable, Sendable {
        struct Problem: Hashable, Sendable {
            let check: EngineReadiness.Check
            let code: String
        }

        /// What is in the way, in the order of the checks.
        var problems: [Problem]

        var isReady: Bool { problems.isEmpty }

        func isRight(_ check: EngineReadiness.Check) -> Bool { !problems.contains { $0.check == check } }
    }

    private static let freshness: Duration = .seconds(1)

    private let engine: SharingEngine
    /// What became of the last attempt to sign the log in this process.
    nonisolated let sealing: SealingNote
    private var latest: (report: Report, at: ContinuousClock.Instant)?
    private var looking: Task<Report, Never>?

    init(engine: SharingEngine, sealing: SealingNote) {
        self.engine = engine
        self.sealing = sealing
    }

    /// - Parameter isStopping: whether the server has been asked to stop.
    func report(isStopping: Bool) async -> Report {
        var report = await recent()
        if isStopping, report.isRight(.serving) {
            report.problems.append(Report.Problem(check: .serving, code: EngineError.Code.stopped.rawValue))
        }
        return report
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
        Report(
            problems: await engine.readiness().findings.compactMap { finding in
                finding.problem.map { Report.Problem(check: finding.check, code: $0.code) }
            })
    }
}
