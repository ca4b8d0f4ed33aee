import Canonical
import DeviceSharing
import EventLog
import Logging
import PostgreSQL
import SharingLog
import Synchronization

/// Works on one webhook until nothing is left that can be done now.
struct WebhookLane: Sendable {
    let webhook: WebhookID
    let queue: WebhookQueue
    let journal: WebhookJournal
    /// Whether receivers may have private addresses.
    let allowsPrivate: Bool
    let sender: any WebhookSender
    let limits: WebhookLimits
    let logger: Logger
    let metrics: WebhookMetrics

    /// - Parameters:
    ///   - wakeUps: tell that there may be something new to send.
    ///   - wake: makes such a wake-up: an attempt has ended, and its place is free.
    func run(_ wakeUps: AsyncStream<Void>, wake: @Sendable @escaping () -> Void) async {
        let attempts = Attempts()
        await withDiscardingTaskGroup { group in
            var wakeUps = wakeUps.makeAsyncIterator()
            while !Task.isCancelled {
                await settle(attempts)
                let free = limits.concurrentMessages - attempts.underWay
                var isExhausted = true
                do {
                    let left = try await queue.fanOut(webhook, limit: limits.fanOut)
                    let claims = free > 0 ? try await queue.claim(webhook, limit: free, lease: limits.lease) : []
                    for claim in claims {
                        attempts.begin()
                        group.addTask {
                            // A task of its own, which cancellation does not reach: what is under way may have arrived,
                            // and its outcome is worth the wait.
                            let wasDelivered = await Task { await attempt(claim) }.value
                            attempts.end(claim, wasDelivered: wasDelivered)
                            wake()
                        }
                    }
                    isExhausted = claims.isEmpty && left == 0
                } catch {
                    logger.warning(
                        "a webhook could not be worked on", metadata: ["webhook": "\(webhook)", "error": "\(error)"])
                    // Not at once again. Cancellation ends the sleep, and then the loop.
                    try? await Task.sleep(for: limits.checkInterval)
                }
                if isExhausted, attempts.isOver { return }
                if isExhausted || attempts.underWay >= limits.concurrentMessages {
                    guard await wakeUps.next() != nil else { return }
                }
            }
        }
        await settle(attempts)
    }

    /// Settles what has been delivered since the last time, by one commit: what arrives while a commit is under way shares the
    /// next one.
    private func settle(_ attempts: Attempts) async {
        let delivered = attempts.takeDelivered()
        guard !delivered.isEmpty else { return }
        // A task of its own, like the attempts: what has arrived should not be sent again because we stop.
        await Task { await settle(delivered) }.value
    }

    private func settle(_ claims: [WebhookQueue.Claim]) async {
        do {
            try await queue.delivered(claims)
        } catch let error as PostgreSQLError where error.code == .statementFailed && claims.count > 1 {
            // What is wrong may be wrong with one of them, such as a lock that a replay holds.
            for claim in claims { await settle([claim]) }
        } catch {
            unsettled(claims, error)
        }
    }

    /// Sends one event, and settles it unless it has arrived. Says whether it has.
    private func attempt(_ claim: WebhookQueue.Claim) async -> Bool {
        // Settled as if it had arrived, so that what is behind it goes on.
        guard claim.isPermitted else { return true }
        let outcome = await metrics.attempt { await send(claim) }
        guard let problem = outcome.problem else { return true }
        do {
            var generator = SystemRandomNumberGenerator()
            let delay = limits.retries.delay(
                afterAttempt: claim.attempt, elapsed: claim.elapsed, atLeast: outcome.retryAfter ?? .zero,
                using: &generator)
            // First, so that nothing is sent in between.
            if outcome.isGone { try await stop() }
            try await queue.failed(claim, problem, status: outcome.status, retryAfter: delay)
            logger.log(
                level: delay == nil ? .error : .info,
                delay == nil ? "a webhook's delivery is parked" : "a webhook's delivery failed",
                metadata: [
                    "webhook": "\(webhook)", "position": .stringConvertible(claim.event.position.rawValue),
                    "attempt": .stringConvertible(claim.attempt),
                    "problem": "\(problem)", "retryAfter": "\(delay.map { "\($0)" } ?? "never")",
                ])
        } catch {
            unsettled([claim], error)
        }
        return false
    }

    /// Records that the receiver is gone, and sends it nothing more.
    private func stop() async throws {
        struct StoppedAlready: Error {}
        do {
            try await journal.record(.stopped, of: webhook, as: CommandContext(actor: .engine)) { connection in
                let store = WebhookStore(ledger: queue.ledger, pool: queue.pool)
                guard try await store.stop(webhook, on: connection) else { throw StoppedAlready() }
            }
        } catch is StoppedAlready {
            // Several messages can be under way when the receiver goes; the first one's answer counts.
        }
    }

    /// They are sent again when their leases end.
    private func unsettled(_ claims: [WebhookQueue.Claim], _ error: any Error) {
        for claim in claims {
            logger.warning(
                "a webhook's delivery could not be settled",
                metadata: [
                    "webhook": "\(webhook)", "position": .stringConvertible(claim.event.position.rawValue), "error": "\(error)",
                ])
        }
    }

    private func send(_ claim: WebhookQueue.Claim) async -> SendingOutcome {
        do {
            let destination = try WebhookDestination(claim.url, allowsPrivate: allowsPrivate)
            let body = try CloudEvent(ledger: queue.ledger, event: claim.event).body()
            let message = WebhookMessage(
                id: "\(webhook)-\(claim.event.point)", body: body, sentAt: .now, secrets: claim.secrets)
            return await sender.send(
                message, to: destination, timeout: limits.attemptTimeout, answerBytes: limits.answerBytes)
        } catch {
            return .failed(SendingProblem(.destinationInvalid, "\(error)"))
        }
    }
}

/// Attempts that are under way, and what they have delivered that is not settled yet.
private final class Attempts: Sendable {
    private let state = Mutex((underWay: 0, delivered: [WebhookQueue.Claim]()))

    var underWay: Int { state.withLock { $0.underWay } }

    /// Whether nothing is under way, and nothing to be settled.
    var isOver: Bool { state.withLock { $0.underWay == 0 && $0.delivered.isEmpty } }

    func begin() { state.withLock { $0.underWay += 1 } }

    func end(_ claim: WebhookQueue.Claim, wasDelivered: Bool) {
        state.withLock {
            $0.underWay -= 1
            if wasDelivered { $0.delivered.append(claim) }
        }
    }

    func takeDelivered() -> [WebhookQueue.Claim] {
        state.withLock { state in
            defer { state.delivered = [] }
            return state.delivered
        }
    }
}
