import Canonical
import DeviceSharing
import EligibilityPolicy
import EventLog
import PostgreSQL
import SharingLog

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

    /// How much is looked at, at most.
    public struct Bounds: Hashable, Sendable {
        public var requests: Int
        public var time: Duration?

        public init(requests: Int = .max, time: Duration? = nil) {
            self.requests = requests
            self.time = time
        }
    }

    /// What came of it.
    public struct Report: Sendable {
        public let tally: DecisionTally
        /// Requests that were passed over, since their data are in an archive.
        public let inArchive: Int
        /// False where the bounds were met before the end of the log.
        public let isComplete: Bool
    }

    private let log: LedgerHandle
    private let candidate: Policy
    private let since: Timestamp?
    private let bounds: Bounds

    /// - Parameter since: only requests submitted at this moment or later.
    public init(_ log: LedgerHandle, candidate: Policy, since: Timestamp? = nil, bounds: Bounds = Bounds()) {
        self.log = log
        self.candidate = candidate
        self.since = since
        self.bounds = bounds
    }

    private enum Finding: Sendable {
        case same(Outcome, failed: [RuleID])
        case changed(Change)
    }

    /// The bounds are met.
    private struct Enough: Error {}

    /// - Parameter onChange: told of each request with another outcome or other reasons, in the order of the log.
    public func run(
        progress: DecisionReplay.Progress = { _, _ in }, onChange: (Change) -> Void = { _ in }
    ) async throws -> Report {
        var (tally, inArchive) = (DecisionTally(), 0)
        do {
            try await scan(into: &tally, &inArchive, progress: progress, onChange: onChange)
            return Report(tally: tally, inArchive: inArchive, isComplete: true)
        } catch is Enough {
            return Report(tally: tally, inArchive: inArchive, isComplete: false)
        }
    }

    private func scan(
        into tally: inout DecisionTally, _ inArchive: inout Int, progress: DecisionReplay.Progress,
        onChange: (Change) -> Void
    ) async throws {
        let head = try await log.head()
        let candidate = candidate
        let deadline = bounds.time.map { ContinuousClock.now + $0 }
        guard candidate.counters.isEmpty else {
            return try await scanCounting(
                through: head, deadline, into: &tally, &inArchive, progress: progress, onChange: onChange)
        }
        try await DecisionLog(log: log).scan(DecisionLog.Scope(onlySubmissions: true, since: since)) { entry in
            // A piece of the log holds many requests, and a candidate may take long over each.
            try Task.checkCancellation()
            if let deadline, ContinuousClock.now >= deadline { throw Enough() }
            return try Self.decide(entry, under: candidate)
        } take: { findings in
            inArchive += findings.inArchive
            for finding in findings.outputs { try count(finding, into: &tally, onChange) }
            progress(findings.last, head)
            if let deadline, ContinuousClock.now >= deadline { throw Enough() }
        }
    }

    private func count(_ finding: Finding, into tally: inout DecisionTally, _ onChange: (Change) -> Void) throws {
        guard tally.requests < bounds.requests else { throw Enough() }
        switch finding {
        case .same(let outcome, let failed): tally.count(outcome, failed: failed)
        case .changed(let change):
            tally.count(change.comparison)
            onChange(change)
        }
    }

    /// The same for a candidate with counters. What it counts need not be recorded with the decisions of other policies: the log is
    /// read in order, and counted at each.
    private func scanCounting(
        through head: Position, _ deadline: ContinuousClock.Instant?, into tally: inout DecisionTally, _ inArchive: inout Int,
        progress: DecisionReplay.Progress, onChange: (Change) -> Void
    ) async throws {
        try await Connection.withConnection(log.settings.auditConnection) { connection in
            let batches = EventReader.copy(log.ledger, from: 1, through: head.rawValue, on: connection)
            var fold = CounterFold()
            for try await batch in batches {
                var last = Position.start
                try batch.forEach { event in
                    last = event.position
                    try fold.add(event)
                    guard event.version == EventSchema.submissionDecisionVersion, since.map({ $0 <= event.recordedAt }) ?? true
                    else { return }
                    do {
                        guard let entry = try DecisionLog.entry(of: event) else { return }
                        try Task.checkCancellation()
                        if let deadline, ContinuousClock.now >= deadline { throw Enough() }
                        var facts = try entry.facts()
                        facts.counters = fold.values(of: candidate.counted, for: facts, request: entry.request) ?? .none
                        try count(Self.decide(entry, on: facts, under: candidate), into: &tally, onChange)
                    } catch let error as EventLogError where error.code == .dataInArchive {
                        inArchive += 1
                    }
                }
                try Task.checkCancellation()
                if let deadline, ContinuousClock.now >= deadline { throw Enough() }
                progress(last, head)
            }
        }
    }

    private static func decide(_ entry: DecisionLog.Entry, on facts: Facts? = nil, under candidate: Policy) throws -> Finding {
        let decided = try candidate.evaluate(facts ?? entry.facts())
        if decided.outcome == entry.record.outcome, decided.reasons.map(\.code) == entry.record.reasons {
            return .same(decided.outcome, failed: decided.rulesFailedToEvaluate)
        }
        return .changed(
            Change(
                position: entry.position, request: entry.request, recordedAt: entry.recordedAt,
                comparison: DecisionComparison(try entry.decision(), decided)))
    }
}
