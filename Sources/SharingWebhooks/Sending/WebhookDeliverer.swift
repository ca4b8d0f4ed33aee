import DeviceSharing
import EventLog
import Logging
import Metrics
import PostgreSQL
import SharingLog
import Synchronization

/// Sends events to the receivers of webhooks: at least once, and those of one stream in their order.
///
/// Any number of deliverers, in any number of processes, work on one ledger. Each webhook that has something to do gets a
/// lane of its own for as long as that lasts; lanes share nothing but a few connections to the database, so a receiver that
/// does not answer delays nobody else.
///
/// ```swift
/// try await HTTPWebhookSender.withSender { sender in
///     await WebhookDeliverer(log, sender: sender).run()
/// }
/// ```
public struct WebhookDeliverer: Sendable {
    private let log: LedgerHandle
    private let sender: any WebhookSender
    private let limits: WebhookLimits
    private let allowsPrivateReceivers: Bool
    private let metrics: WebhookMetrics
    private let logger: Logger

    /// - Parameters:
    ///   - allowsPrivateReceivers: as in ``WebhookSubscriptions``.
    ///   - metrics: where metrics go: by default to what the embedding program has set up for all.
    public init(
        _ log: LedgerHandle, sender: any WebhookSender, limits: WebhookLimits = WebhookLimits(),
        allowsPrivateReceivers: Bool = false, metrics: any MetricsFactory = MetricsSystem.factory
    ) {
        self.log = log
        self.sender = sender
        self.limits = limits
        self.allowsPrivateReceivers = allowsPrivateReceivers
        self.metrics = WebhookMetrics(metrics)
        logger = log.settings.logger
    }

    /// Delivers until the task is cancelled; attempts that are under way are seen through, which takes no longer than one may.
    public func run() async {
        let pool = Pool(configuration: log.settings.pool(of: max(2, limits.connections)))
        let queue = WebhookQueue(ledger: log.ledger, pool: pool)
        let journal = WebhookJournal(log, pool: pool)
        let (wakeUps, wake) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        await withDiscardingTaskGroup { group in
            group.addTask {
                let growth = LedgerChangeListener(ledger: log.ledger, pool: pool, pollInterval: limits.checkInterval)
                // It ends when the task is cancelled, and then so does the looking.
                try? await growth.watch(from: ()) { wake.yield() }
                wake.finish()
            }
            group.addTask { await measure(with: pool) }
            let lanes = OpenLanes()
            var failure = RepeatedFailure(logger, "webhooks could not be looked through")
            for await _ in wakeUps {
                if Task.isCancelled { break }
                do {
                    for webhook in try await queue.ready() {
                        guard let wakeUps = lanes.open(webhook) else { continue }
                        let lane = WebhookLane(
                            webhook: webhook, queue: queue, journal: journal,
                            allowsPrivate: allowsPrivateReceivers, sender: sender, limits: limits,
                            logger: logger, metrics: metrics)
                        group.addTask {
                            await lane.run(wakeUps) { lanes.wake(webhook) }
                            lanes.close(webhook)
                            // What came while it closed is looked for again.
                            wake.yield()
                        }
                    }
                    failure.end()
                } catch {
                    failure.log(error)
                }
            }
        }
        await pool.shutdown()
    }

    /// Measures from time to time how far the webhooks are, until the task is cancelled.
    private func measure(with pool: Pool) async {
        var failure = RepeatedFailure(logger, "the webhooks could not be measured")
        while !Task.isCancelled {
            do {
                try await metrics.sample(log.ledger, on: pool)
                failure.end()
            } catch {
                if Task.isCancelled { return }
                failure.log(error)
            }
            // Cancellation ends the sleep, and then the loop.
            try? await Task.sleep(for: limits.metricsInterval)
        }
    }
}

/// The webhooks that are being worked on, and how to tell each that there may be more.
private final class OpenLanes: Sendable {
    private let lanes = Mutex<[WebhookID: AsyncStream<Void>.Continuation]>([:])

    /// The wake-ups of a new lane; nil where the webhook has one, which is woken.
    func open(_ webhook: WebhookID) -> AsyncStream<Void>? {
        lanes.withLock { lanes in
            if let lane = lanes[webhook] {
                lane.yield()
                return nil
            }
            let (wakeUps, wake) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
            lanes[webhook] = wake
            return wakeUps
        }
    }

    func wake(_ webhook: WebhookID) { _ = lanes.withLock { $0[webhook]?.yield() } }

    func close(_ webhook: WebhookID) { lanes.withLock { $0[webhook] = nil } }
}
