import DeviceSharing
import EventLog
import Metrics
import OpenMetrics
import PostgreSQL
import SharingLog
import Synchronization

/// What is measured of webhooks, recorded by swift-metrics: the embedding program decides where it goes.
public struct WebhookMetrics: Sendable {
    private let factory: any MetricsFactory
    private let attemptTimer: Timer
    private let measured = MeasuredWebhooks()

    package init(_ factory: any MetricsFactory) {
        self.factory = factory
        attemptTimer = Self.attemptDuration.timer(in: factory)
    }

    /// Times an attempt to send a message, and counts its outcome.
    func attempt(_ body: () async -> SendingOutcome) async -> SendingOutcome {
        let start = ContinuousClock.now
        let outcome = await body()
        attemptTimer.record(duration: .now - start)
        Self.attempts.counter([outcome.problem?.code.rawValue ?? "delivered"], in: factory).increment()
        return outcome
    }

    /// Records how far each webhook is behind, and how many deliveries wait. The gauge of a webhook that was removed goes: it would
    /// keep its last value.
    package func sample(_ ledger: Ledger, on pool: Pool) async throws {
        let head = try await LedgerDirectory(pool: pool).head(of: ledger).position
        let webhooks = try await WebhookStore(ledger: ledger, pool: pool).list()
        for webhook in webhooks {
            // The cursor may have gone on since.
            let events = max(0, head.rawValue - webhook.position.rawValue)
            Self.lag.gauge([webhook.id.description], in: factory).record(events)
        }
        for webhook in measured.gone(now: webhooks.map(\.id)) {
            Self.lag.gauge([webhook.description], in: factory).destroy()
        }
        Self.deliveries.gauge(["waiting"], in: factory).record(webhooks.reduce(0) { $0 + $1.waiting })
        Self.deliveries.gauge(["parked"], in: factory).record(webhooks.reduce(0) { $0 + $1.parked })
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
