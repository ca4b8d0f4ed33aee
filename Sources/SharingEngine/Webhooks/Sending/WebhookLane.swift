import Canonical
import EventLog
import Logging
import PostgreSQL
import Synchronization

/// Works on one webhook until nothing is left that can be done now.
struct WebhookLane: Sendable {
    let webhook: WebhookID
    let queue: WebhookQueue
    let sender: any WebhookSender
    let limits: WebhookLimits
    let logger: Logger
    let metrics: EngineMetrics

    /// - Parameters:
    ///   - wakeUps: tell that there may be something new to send.
    ///   - wake: makes such a wake-up: an attempt has ended, and its place is free.
    func run(_ wakeUps: AsyncStream<Void>, wake: @Sendable @escaping () -> Void) async {
        let underWay = Counter()
        await withDiscardingTaskGroup { group in
            var wakeUps = wakeUps.makeAsyncIterator()
            while !Task.isCancelled {
                let free = limits.concurrentMessages - underWay.value
                var isExhausted = true
                do {
                    let left = try await queue.fanOut(webhook, limit: limits.fanOut)
                    metrics.webhookLag(webhook, events: left)
                    let claims = free > 0 ? try await queue.claim(webhook, limit: free, lease: limits.lease) : []
                    for claim in claims {
                        underWay.add(1)
                        group.addTask {
                            // A task of its own, which cancellation does not reach: what is under way may have arrived,
                            // and its outcome is worth the wait.
                            await Task { await attempt(claim) }.value
                            underWay.add(-1)
                            wake()
                        }
                    }
                    isExhausted = claims.isEmpty && left == 0
                } catch {
                    logger.warning("a webhook could not be worked on", metadata: ["webhook": "\(webhook)", "error": "\(error)"])
                    // Not at once again. Cancellation ends the sleep, and then the loop.
                    try? await Task.sleep(for: limits.checkInterval)
                }
                if isExhausted, underWay.value == 0 { return }
                if isExhausted || underWay.value >= limits.concurrentMessages {
                    guard await wakeUps.next() != nil else { return }
                }
            }
        }
    }

    /// Sends one event, and settles it.
    private func attempt(_ claim: WebhookQueue.Claim) async {
        let outcome = await metrics.webhookAttempt { await send(claim) }
        do {
            guard let problem = outcome.problem else { return try await queue.delivered(claim) }
            var generator = SystemRandomNumberGenerator()
            let delay = limits.retries.delay(
                afterAttempt: claim.attempt, elapsed: claim.elapsed, atLeast: outcome.retryAfter ?? .zero, using: &generator)
            // First, so that nothing is sent in between.
            if outcome.isGone { try await queue.stop(webhook) }
            try await queue.failed(claim, problem, status: outcome.status, retryAfter: delay)
            logger.log(
                level: delay == nil ? .error : .info, delay == nil ? "a webhook's delivery is parked" : "a webhook's delivery failed",
                metadata: [
                    "webhook": "\(webhook)", "position": "\(claim.event.position)", "attempt": "\(claim.attempt)",
                    "problem": "\(problem)", "retryAfter": "\(delay.map { "\($0)" } ?? "never")",
                ])
        } catch {
            // Unsettled, it is sent again when the lease ends.
            logger.warning(
                "a webhook's delivery could not be settled",
                metadata: ["webhook": "\(webhook)", "position": "\(claim.event.position)", "error": "\(error)"])
        }
    }

    private func send(_ claim: WebhookQueue.Claim) async -> SendingOutcome {
        do {
            let destination = try WebhookDestination(claim.url, allowsPrivate: claim.allowsPrivate)
            let body = try CloudEvent(ledger: queue.ledger, event: claim.event).body()
            let message = WebhookMessage(
                id: "\(webhook)-\(claim.event.position)", body: body, sentAt: .now, secrets: claim.secrets)
            return await sender.send(
                message, to: destination, timeout: limits.attemptTimeout, answerBytes: limits.answerBytes)
        } catch {
            return .failed(SendingProblem(.destinationInvalid, "\(error)"))
        }
    }
}

/// How many attempts are under way.
private final class Counter: Sendable {
    private let count = Atomic(0)
    var value: Int { count.load(ordering: .acquiring) }
    func add(_ difference: Int) { count.add(difference, ordering: .acquiringAndReleasing) }
}
