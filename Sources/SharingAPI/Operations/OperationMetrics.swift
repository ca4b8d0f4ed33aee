import OpenMetrics
import SharingAudit
import SharingEngine
import SharingLog

/// What `/readyz` and `/readyz/LEDGER` say, and what became of sealing, as metrics: looked at when somebody scrapes. A new metric is
/// declared here, and shown in `docs/grafana-dashboard.json`.
package struct OperationMetrics: Sendable {
    package static let families: [MetricFamily] = [ready, databaseUp, problem, sealRefusals]

    static let ready = MetricFamily.gauge("devshare_ready", help: "1 where a command could be carried out now, else 0.")
    static let databaseUp = MetricFamily.gauge("devshare_database_up", help: "1 where the database answers, else 0.")
    static let problem = MetricFamily.gauge(
        "devshare_readiness_problem", labels: ["check", "code"],
        help: "1 for each check of the readiness of the ledger that is false; code says why.")
    static let sealRefusals = MetricFamily.counter(
        "devshare_seal_refusals", labels: ["code"], help: "Attempts to sign the log that failed, by error code.")

    private let registry: MetricsRegistry
    private let readiness: Readiness

    init(_ registry: MetricsRegistry, readiness: Readiness) {
        self.registry = registry
        self.readiness = readiness
    }

    /// Looks now.
    /// - Parameter isStopping: whether the server has been asked to stop.
    func sample(isStopping: Bool) async {
        let report = await readiness.report(isStopping: isStopping)
        var problems = report.problems.map { [$0.check.rawValue, $0.code] }
        if let doubt = readiness.sealing.doubt { problems.append(["log", doubt.rawValue]) }
        registry.set(Self.ready, to: report.isReady ? 1 : 0)
        registry.set(Self.databaseUp, to: report.isRight(.database) ? 1 : 0)
        registry.replace(Self.problem, with: problems.map { (values: $0, value: 1) })
        for (code, count) in readiness.sealing.refusals { registry.set(Self.sealRefusals, [code.rawValue], to: Double(count)) }
    }
}
