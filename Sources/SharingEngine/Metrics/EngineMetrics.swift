import DeviceSharing
import EligibilityPolicy
import Metrics
import OpenMetrics
import SharingLog

/// What the engine measures, recorded by swift-metrics: the embedding program decides where it goes.
public struct EngineMetrics: Sendable {
    private let factory: any MetricsFactory
    // Those that every command touches are looked up once.
    private let batchSize: Recorder
    private let conflictCounter: Counter
    private let rewindCounter: Counter
    private let approvals: Counter

    init(_ factory: any MetricsFactory) {
        self.factory = factory
        batchSize = Self.batchCommands.recorder(in: factory)
        conflictCounter = Self.conflicts.counter(in: factory)
        // There from the start, so that the first one is an increase.
        rewindCounter = Self.logRewinds.counter(in: factory)
        approvals = Self.decisions.counter([Outcome.approve.rawValue], in: factory)
    }

    // MARK: Commands

    /// Times a command, and counts its error.
    func command<Value: Sendable>(_ command: Command, _ body: () async throws -> Value) async throws -> Value {
        let start = ContinuousClock.now
        func record(_ outcome: String) {
            Self.commandDuration.timer([command.name, outcome], in: factory).record(duration: .now - start)
        }
        do {
            let value = try await body()
            record("done")
            return value
        } catch let error as SharingError {
            record("refused")
            Self.commandErrors.counter([command.name, error.code.rawValue], in: factory).increment()
            throw error
        } catch {
            record("failed")
            let code =
                (error as? EngineError)?.code.rawValue
                ?? (error is CancellationError ? "cancelled" : "internal-failure")
            Self.commandErrors.counter([command.name, code], in: factory).increment()
            throw error
        }
    }

    func batch(commands: Int) { batchSize.record(Int64(commands)) }

    func conflict() { conflictCounter.increment() }

    func logRewound() { rewindCounter.increment() }

    func decision(_ record: DecisionRecord) {
        switch record.outcome {
        case .approve: approvals.increment()
        case .review, .reject: Self.decisions.counter([record.outcome.rawValue], in: factory).increment()
        }
        // What is approved may have been noted.
        // It was just written: what cannot be read of it is not worth an error here.
        for ruling in (try? record.decision())?.rulings ?? [] {
            guard let reason = ruling.reason else { continue }
            Self.rulings.counter(
                [reason.rule.description, reason.consequence.rawValue, ruling.finding.rawValue], in: factory
            ).increment()
        }
    }

    // MARK: What is measured from time to time

    func sample(_ sample: MetricsSample) {
        Self.queueLength.gauge(in: factory).record(sample.queueLength)
        Self.queueAge.gauge(in: factory).record(sample.queueAge.inSeconds)
        Self.poolConnections.gauge(["lent"], in: factory).record(sample.lentConnections)
        Self.poolConnections.gauge(["idle"], in: factory).record(sample.idleConnections)
        Self.poolWaiting.gauge(in: factory).record(sample.waitingForConnection)
        for (follower, lag) in sample.followerLags { Self.followerLag.gauge([follower], in: factory).record(lag) }
        guard let database = sample.database else {
            // What is not known is not told: an old number would look like one of now.
            for family in [Self.pendingRequests, Self.pendingAge, Self.unsealedEvents, Self.clockSkew, Self.oldestSnapshotAge] {
                family.gauge(in: factory).destroy()
            }
            return
        }
        Self.pendingRequests.gauge(in: factory).record(database.pendingRequests)
        Self.pendingAge.gauge(in: factory).record(database.pendingAge.inSeconds)
        Self.unsealedEvents.gauge(in: factory).record(database.unsealedEvents)
        Self.clockSkew.gauge(in: factory).record(database.clockSkew.inSeconds)
        Self.oldestSnapshotAge.gauge(in: factory).record(database.oldestSnapshotAge?.inSeconds ?? 0)
    }
}

extension Duration {
    fileprivate var inSeconds: Double {
        let (seconds, attoseconds) = components
        return Double(seconds) + Double(attoseconds) / 1e18
    }
}
