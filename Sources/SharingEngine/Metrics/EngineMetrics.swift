import DeviceSharing
import EligibilityPolicy
import Metrics
import OpenMetrics
import Synchronization

/// What the engine measures, recorded by swift-metrics: the embedding program decides where it goes.
public struct EngineMetrics: Sendable {
    private let factory: any MetricsFactory
    // Those that every command touches are looked up once.
    private let batchSize: Recorder
    private let conflictCounter: Counter
    private let approvals: Counter
    private let attemptTimer: Timer
    private let measuredWebhooks = MeasuredWebhooks()

    init(_ factory: any MetricsFactory) {
        self.factory = factory
        batchSize = Self.batchCommands.recorder(in: factory)
        conflictCounter = Self.conflicts.counter(in: factory)
        approvals = Self.decisions.counter([Outcome.approve.rawValue], in: factory)
        attemptTimer = Self.webhookAttemptDuration.timer(in: factory)
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

    func decision(_ record: DecisionRecord) {
        guard record.outcome != .approve else { return approvals.increment() }
        Self.decisions.counter([record.outcome.rawValue], in: factory).increment()
        // It was just written: what cannot be read of it is not worth an error here.
        for ruling in (try? record.decision())?.rulings ?? [] {
            guard let reason = ruling.reason else { continue }
            Self.rulings.counter(
                [reason.rule.description, reason.consequence.rawValue, ruling.finding.rawValue], in: factory
            ).increment()
        }
    }

    // MARK: Webhooks

    func webhookAttempt(_ body: () async -> SendingOutcome) async -> SendingOutcome {
        let start = ContinuousClock.now
        let outcome = await body()
        attemptTimer.record(duration: .now - start)
        Self.webhookAttempts.counter([outcome.problem?.code.rawValue ?? "delivered"], in: factory).increment()
        return outcome
    }

    /// Records how far each webhook is behind. The gauge of a webhook that is there no more goes: it would keep its last value.
    func webhookLags(_ lags: [(webhook: WebhookID, events: Int64)]) {
        for (webhook, events) in lags { Self.webhookLag.gauge([webhook.description], in: factory).record(events) }
        for webhook in measuredWebhooks.gone(now: lags.map(\.webhook)) {
            Self.webhookLag.gauge([webhook.description], in: factory).destroy()
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
        guard let database = sample.database else { return }
        Self.pendingRequests.gauge(in: factory).record(database.pendingRequests)
        Self.pendingAge.gauge(in: factory).record(database.pendingAge.inSeconds)
        Self.unsealedEvents.gauge(in: factory).record(database.unsealedEvents)
        Self.webhookDeliveries.gauge(["waiting"], in: factory).record(database.waitingDeliveries)
        Self.webhookDeliveries.gauge(["parked"], in: factory).record(database.parkedDeliveries)
    }
}

/// The webhooks that have a gauge.
private final class MeasuredWebhooks: Sendable {
    private let webhooks = Mutex<Set<WebhookID>>([])

    /// Takes the webhooks that there are now, and returns those that were there before and are not now.
    func gone(now: [WebhookID]) -> Set<WebhookID> {
        webhooks.withLock { webhooks in
            defer { webhooks = Set(now) }
            return webhooks.subtracting(now)
        }
    }
}

extension Duration {
    fileprivate var inSeconds: Double {
        let (seconds, attoseconds) = components
        return Double(seconds) + Double(attoseconds) / 1e18
    }
}
