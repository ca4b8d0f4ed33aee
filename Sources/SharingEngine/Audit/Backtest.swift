import Canonical
import DeviceSharing
import EligibilityPolicy
import EventLog

/// Re-decides recorded requests under a candidate policy, from the facts in the log, and counts what would have come out
/// otherwise. A request counts once, with the decision made when it was submitted. Nothing is written.
public struct Backtest: Sendable {
    /// A request on which the candidate decides otherwise.
    public struct Change: Sendable {
        public let position: Position
        public let request: ShareRequestID
        public let recordedAt: Timestamp
        public let comparison: DecisionComparison
    }

    public struct Report: Sendable {
        /// Requests decided again.
        public var requests = 0
        /// Those with the same outcome for other reasons.
        public var otherReasons = 0
        private var counts: [Cell: Int] = [:]
        /// Requests with another outcome, by the rules that changed it.
        public private(set) var changesByRule: [RuleID: Int] = [:]

        private struct Cell: Hashable {
            let before: Outcome
            let after: Outcome
        }

        /// Requests that were decided so and would be decided so.
        public subscript(before: Outcome, after: Outcome) -> Int { counts[Cell(before: before, after: after)] ?? 0 }

        /// Requests with another outcome.
        public var changed: Int { counts.reduce(0) { $0 + ($1.key.before == $1.key.after ? 0 : $1.value) } }

        fileprivate mutating func count(_ before: Outcome, _ after: Outcome, by rules: [RuleID]) {
            requests += 1
            counts[Cell(before: before, after: after), default: 0] += 1
            for rule in rules { changesByRule[rule, default: 0] += 1 }
        }
    }

    private let engine: SharingEngine
    private let candidate: Policy
    private let since: Timestamp?

    /// - Parameter since: only requests submitted at this moment or later.
    public init(_ engine: SharingEngine, candidate: Policy, since: Timestamp? = nil) {
        self.engine = engine
        self.candidate = candidate
        self.since = since
    }

    private enum Finding: Sendable {
        case same(Outcome)
        case changed(Change)
    }

    /// - Parameter onChange: told of each request with another outcome or other reasons, in the order of the log.
    public func run(
        progress: DecisionReplay.Progress = { _, _ in }, onChange: (Change) -> Void = { _ in }
    ) async throws -> Report {
        let head = try await engine.head()
        let candidate = candidate
        var report = Report()
        try await DecisionLog(engine: engine).scan(DecisionLog.Scope(onlySubmissions: true, since: since)) { entry in
            try Self.decide(entry, under: candidate)
        } take: { findings, last in
            for finding in findings {
                switch finding {
                case .same(let outcome): report.count(outcome, outcome, by: [])
                case .changed(let change):
                    let comparison = change.comparison
                    report.count(comparison.before, comparison.after, by: comparison.changing)
                    if comparison.before == comparison.after { report.otherReasons += 1 }
                    onChange(change)
                }
            }
            progress(last, head)
        }
        return report
    }

    private static func decide(_ entry: DecisionLog.Entry, under candidate: Policy) throws -> Finding {
        let decided = try candidate.evaluate(entry.facts())
        if decided.outcome == entry.record.outcome, decided.reasons.map(\.code) == entry.record.reasons {
            return .same(decided.outcome)
        }
        return .changed(
            Change(
                position: entry.position, request: entry.request, recordedAt: entry.recordedAt,
                comparison: DecisionComparison(try entry.decision(), decided)))
    }
}
