import Canonical
import EligibilityPolicy
import HTTPEdge
import Logging
import ServiceLifecycle
import SharingAudit
import SharingEngine
import SharingLog
import Synchronization

/// Back-tests that people have started on their page, which run beside the requests: one for each person at a time, and a few
/// in all, since each has use for every core. What has come of one is kept for a while, and until its person starts another.
///
/// They end with the server.
final class BacktestRuns: Service {
    /// Why none is started.
    enum Refusal: Error, Hashable, Sendable {
        /// The person has one under way.
        case underWay
        /// Others have as many under way as there may be.
        case exhausted
    }

    /// What a run has come to.
    enum State: Sendable {
        /// - Parameter share: of the log that has been looked at, from 0 to 1.
        case running(share: Double)
        case ended(Backtest.Report, [Backtest.Change])
        case cancelled
        case failed(ProblemDetails)
    }

    /// A run as its page shows it.
    struct Run: Sendable {
        let candidate: Policy
        /// What was typed in, to be shown again; empty where a policy of the past was chosen.
        let text: String
        let since: Timestamp?
        var state = State.running(share: 0)
    }

    /// Works a result out, and says as it goes what share of the log it has looked at.
    typealias Work = @Sendable (_ progress: (Double) -> Void) async throws -> (Backtest.Report, [Backtest.Change])

    private struct Entry {
        let number: UInt64
        var run: Run
        let task: Task<Void, Never>
        /// Nil while it runs.
        var endedAt: ContinuousClock.Instant?
    }

    private struct Book {
        var entries: [String: Entry] = [:]
        var next: UInt64 = 0
        var isStopping = false
    }

    private let limits: ServerLimits
    private let logger: Logger
    private let book = Mutex(Book())

    init(limits: ServerLimits, logger: Logger) {
        self.limits = limits
        self.logger = logger
    }

    /// Cancels all of them when the server stops, and waits for their ends.
    func run() async throws {
        // Cancellation and the stop come to the same.
        try? await gracefulShutdown()
        let tasks = book.withLock { book in
            book.isStopping = true
            return book.entries.values.map(\.task)
        }
        for task in tasks { task.cancel() }
        for task in tasks { await task.value }
    }

    /// Starts one over an engine's log. Throws `Refusal`.
    func start(_ run: Run, for person: String, on engine: SharingEngine) throws(Refusal) {
        let bounds = Backtest.Bounds(requests: limits.backtestRequests, time: limits.backtestTime)
        let (backtest, most) = (
            Backtest(engine.log, candidate: run.candidate, since: run.since, bounds: bounds), limits.backtestChanges
        )
        try start(run, for: person) { progress in
            var changes: [Backtest.Change] = []
            let report = try await backtest.run(
                progress: { position, head in
                    progress(head > .start ? min(Double(position.rawValue) / Double(head.rawValue), 1) : 1)
                },
                onChange: { change in
                    let isOtherwise = change.comparison.before != change.comparison.after
                    if isOtherwise, changes.count < most { changes.append(change) }
                })
            return (report, changes)
        }
    }

    /// Starts one. Throws `Refusal`.
    func start(_ run: Run, for person: String, work: @escaping Work) throws(Refusal) {
        let refusal: Refusal? = book.withLock { book in
            forgetOld(&book)
            let running = book.entries.filter { $0.value.endedAt == nil }
            if running[person] != nil { return .underWay }
            guard running.count < limits.backtests, !book.isStopping,
                book.entries.count < limits.rememberedBacktests || book.entries[person] != nil
            else { return .exhausted }
            book.next += 1
            let number = book.next
            // It waits for the lock before it says anything, and so finds its entry.
            let task = Task(priority: .utility) { await self.perform(work, number, for: person) }
            book.entries[person] = Entry(number: number, run: run, task: task)
            return nil
        }
        if let refusal { throw refusal }
    }

    /// The latest of a person; nil where there was none, or where it is forgotten.
    func run(of person: String) -> Run? {
        book.withLock { book in
            forgetOld(&book)
            return book.entries[person]?.run
        }
    }

    /// Cancels the one that a person has under way, if there is one.
    func cancel(for person: String) {
        let task = book.withLock { book in book.entries[person].flatMap { $0.endedAt == nil ? $0.task : nil } }
        task?.cancel()
    }

    private func perform(_ work: Work, _ number: UInt64, for person: String) async {
        let state: State
        do {
            let (report, changes) = try await work { share in self.set(.running(share: share), number, of: person) }
            state = Task.isCancelled ? .cancelled : .ended(report, changes)
        } catch {
            state =
                Task.isCancelled
                ? .cancelled : .failed(ProblemDetails(error, logging: "a back-test failed", to: logger))
        }
        set(state, number, of: person)
    }

    private func set(_ state: State, _ number: UInt64, of person: String) {
        book.withLock { book in
            guard book.entries[person]?.number == number else { return }
            book.entries[person]?.run.state = state
            if case .running = state { return }
            book.entries[person]?.endedAt = .now
        }
    }

    private func forgetOld(_ book: inout Book) {
        let now = ContinuousClock.now
        book.entries = book.entries.filter { _, entry in entry.endedAt.map { now - $0 < limits.backtestResultTime } ?? true }
    }
}
