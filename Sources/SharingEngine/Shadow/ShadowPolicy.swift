import DeviceSharing
import EligibilityPolicy
import Logging
import Synchronization

/// A candidate that decides beside the policy in force, without effect: what it would have said is counted, and logged where
/// it differs.
///
/// It cannot hold a command up or make it fail: a request comes here when its events are committed and its caller has the
/// answer, waits in a bounded queue, and is left out where the queue is full.
final class ShadowPolicy: Sendable {
    /// A decision that was recorded.
    private struct Case: Sendable {
        let request: ShareRequestID
        let record: DecisionRecord
    }

    private let candidate: Policy
    private let logger: Logger
    private let cases: AsyncStream<Case>
    private let queue: AsyncStream<Case>.Continuation
    private let counted: Mutex<ShadowReport>

    init(_ candidate: Policy, limits: EngineLimits, logger: Logger) {
        self.candidate = candidate
        self.logger = logger
        (cases, queue) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(limits.waitingComparisons))
        counted = Mutex(ShadowReport(candidate: candidate.digest))
        if !candidate.counters.isEmpty {
            logger.warning(
                "the candidate policy has counters: those that the policy in force does not count are 0 beside it; a back-test counts them",
                metadata: ["counters": .array(candidate.counters.map { "\($0.id)" })])
        }
    }

    var report: ShadowReport { counted.withLock { $0 } }

    /// Takes note of the decision on a request that was submitted, and of no other; never waits.
    func observe(_ decided: DecidedCommand) {
        guard decided.isSubmission, let request = decided.request, let record = request.decision else { return }
        if case .dropped = queue.yield(Case(request: request.id, record: record)) { counted.withLock { $0.skipped += 1 } }
    }

    /// Compares what was decided until the task is cancelled.
    func run() async {
        for await decided in cases { compare(decided) }
    }

    private func compare(_ decided: Case) {
        do {
            let shadow = candidate.evaluate(try decided.record.facts())
            let comparison = DecisionComparison(try decided.record.decision(), shadow)
            let hasFailed = !comparison.failedToEvaluate.isEmpty
            counted.withLock { report in
                report.tally.count(comparison)
                if hasFailed { report.failures += 1 }
            }
            if comparison.differs { log(decided.request, comparison) }
        } catch {
            // The record was made by this process, so it can be read; should that fail, it is the candidate's report that lacks
            // a request, and nobody else's.
            counted.withLock { $0.failures += 1 }
            logger.error(
                "the candidate policy could not decide", metadata: ["request": "\(decided.request)", "error": "\(error)"])
        }
    }

    /// Ids and names of rules only: no personal data.
    private func log(_ request: ShareRequestID, _ comparison: DecisionComparison) {
        logger.notice(
            "the candidate policy decides otherwise",
            metadata: [
                "request": "\(request)", "before": "\(comparison.before.rawValue)", "after": "\(comparison.after.rawValue)",
                "failing": .array(comparison.failing.map { "\($0)" }), "passing": .array(comparison.passing.map { "\($0)" }),
                "failed-to-evaluate": .array(comparison.failedToEvaluate.map { "\($0)" }),
                "candidate": "\(candidate.digest)",
            ])
    }
}
