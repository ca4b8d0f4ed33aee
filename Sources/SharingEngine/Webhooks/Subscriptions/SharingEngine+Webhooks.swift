import Canonical
import DeviceSharing
import EventLog
import StandardWebhooks

/// Orders about webhooks. They are not events of the ledger: whom to tell is how the installation is set up, and no part of
/// what was decided.
extension SharingEngine {
    /// Makes a webhook. The secret is told this once, and to whoever repeats the order under its key.
    ///
    /// - Parameters:
    ///   - eventTypes: as the log has them, such as `share-request-approved`; empty for all.
    ///   - position: begin behind this event; nil for what is recorded from now on.
    ///   - key: an idempotency key: the same order under it makes no second webhook.
    /// - Throws: `WebhookError` `event-type-unknown`, `too-many-webhooks`; `not-permitted` for roles other than the operator's;
    ///   `idempotency-key-reused`.
    public func addWebhook(
        _ destination: WebhookDestination, eventTypes: [String] = [], after position: Position? = nil,
        key: String? = nil,
        as actor: Actor, limits: WebhookLimits = WebhookLimits()
    ) async throws -> (id: WebhookID, secret: WebhookSecret) {
        try permit(actor, "add-webhook")
        if let unknown = eventTypes.first(where: { !DomainEvent.types.contains($0) }) {
            throw WebhookError.eventTypeUnknown(unknown)
        }
        let (id, secret) = (key.map { WebhookID(key: $0) } ?? WebhookID(), WebhookSecret.random())
        let types = Set(eventTypes).sorted()
        let addition = try await webhooks.add(
            id, destination, eventTypes: types, secret: secret, by: actor.id, after: position,
            limit: limits.subscriptions)
        switch addition {
        case .added: return (id, secret)
        case .full: throw WebhookError.tooManyWebhooks(limits.subscriptions)
        case .exists:
            let known = try await webhook(id)
            guard known.url == destination.url, known.eventTypes == types,
                known.allowsPrivate == destination.allowsPrivate,
                let secret = try await webhooks.secrets(of: id).first
            else { throw SharingError.idempotencyKeyReused(key ?? "") }
            return (id, secret)
        }
    }

    /// All webhooks, in order of creation.
    public func allWebhooks() async throws -> [Webhook] { try await webhooks.list() }

    /// Throws `webhook-not-found`.
    public func webhook(_ id: WebhookID) async throws -> Webhook {
        guard let webhook = try await webhooks.list(id).first else { throw WebhookError.webhookNotFound(id) }
        return webhook
    }

    /// Removes a webhook and all that was still to be sent. Throws `webhook-not-found`, `not-permitted`.
    public func removeWebhook(_ id: WebhookID, as actor: Actor) async throws {
        try permit(actor, "remove-webhook")
        guard try await webhooks.remove(id) else { throw WebhookError.webhookNotFound(id) }
    }

    /// Puts a new secret in use and returns it; the old one signs beside it for a while. Throws `webhook-not-found`,
    /// `not-permitted`.
    /// - Parameter key: an idempotency key: repeated, the latest rotation changes nothing.
    public func rotateWebhookSecret(
        _ id: WebhookID, keepingOldFor overlap: Duration = WebhookLimits.rotation, key: String? = nil, as actor: Actor
    ) async throws -> WebhookSecret {
        try permit(actor, "rotate-webhook-secret")
        let secret = try await webhooks.rotate(id, to: .random(), keepingOldFor: max(overlap, .zero), key: key)
        guard let secret else { throw WebhookError.webhookNotFound(id) }
        return secret
    }

    /// What is still to be sent, a page at a time. Throws `webhook-not-found`.
    public func pendingDeliveries(_ filter: PendingDeliveryFilter) async throws -> [PendingDelivery] {
        guard try await webhooks.exists(filter.webhook) else { throw WebhookError.webhookNotFound(filter.webhook) }
        return try await webhooks.pending(filter)
    }

    /// Tries at once what is parked or waits for a retry, of one stream or of all, and lets a stopped webhook begin anew.
    /// Returns how many streams that are. Throws `webhook-not-found`, `not-permitted`.
    /// - Parameter key: an idempotency key: repeated, the latest replay changes nothing.
    @discardableResult
    public func replayWebhook(
        _ id: WebhookID, stream: StreamID? = nil, key: String? = nil, as actor: Actor
    ) async throws -> Int {
        try permit(actor, "replay-webhook")
        guard let streams = try await webhooks.replay(id, stream: stream?.name, after: nil, key: key) else {
            throw WebhookError.webhookNotFound(id)
        }
        return Int(streams)
    }

    /// Sends everything behind a position again. What is parked or waits for a retry from before it is tried at once too, since
    /// what is behind it in its stream waits for it. Throws `webhook-not-found`, `not-permitted`.
    /// - Parameter key: an idempotency key: repeated, the latest replay changes nothing.
    public func rewindWebhook(_ id: WebhookID, after position: Position, key: String? = nil, as actor: Actor)
        async throws
    {
        try permit(actor, "replay-webhook")
        guard try await webhooks.replay(id, stream: nil, after: position, key: key) != nil else {
            throw WebhookError.webhookNotFound(id)
        }
    }

    /// Sends a message about nothing, and returns what became of it. Throws `webhook-not-found`, `not-permitted`.
    /// - Parameter key: an idempotency key: repeated, the receiver is sent the same message, which it can know by its id.
    public func testWebhook(
        _ id: WebhookID, by sender: some WebhookSender, key: String? = nil, as actor: Actor,
        limits: WebhookLimits = WebhookLimits()
    ) async throws -> SendingOutcome {
        try permit(actor, "test-webhook")
        let webhook = try await webhook(id)
        let destination = try WebhookDestination(webhook.url, allowsPrivate: webhook.allowsPrivate)
        let now = Timestamp.now
        let message = WebhookMessage(
            id: "\(id)-test-\(key.map { Digest(sha256: Array($0.utf8)).description } ?? "\(now.microseconds)")",
            body: CloudEvent.test(of: id, in: ledger, at: now), sentAt: now,
            secrets: try await webhooks.secrets(of: id))
        return await sender.send(
            message, to: destination, timeout: limits.attemptTimeout, answerBytes: limits.answerBytes)
    }

    private var webhooks: WebhookStore { WebhookStore(ledger: ledger, pool: pool) }

    private func permit(_ actor: Actor, _ attempted: String) throws(SharingError) {
        guard actor.role == .operator else { throw .notPermitted(role: actor.role, attempted: attempted) }
    }
}
