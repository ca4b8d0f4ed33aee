import Canonical
import DeviceSharing
import EventLog
import PostgreSQL
import SharingLog
import StandardWebhooks

/// Orders about webhooks. Each is an event of the ledger, in the stream `webhook/ID`, recorded together with the change.
///
/// Confidential types of event (`DomainEvent.confidentialTypes`) and a start in the past are for auditors: whoever adds a
/// webhook chooses who reads what it is sent.
///
/// ```swift
/// let webhooks = WebhookSubscriptions(log)
/// let (id, secret) = try await store.add(webhooks.destination("https://example.com/events"), as: actor)
/// ```
public struct WebhookSubscriptions: Sendable {
    private let log: LedgerHandle
    private let limits: WebhookLimits
    private let allowsPrivateReceivers: Bool

    /// - Parameter allowsPrivateReceivers: whether receivers may have private or local addresses, and be reached by plain HTTP.
    ///   Link-local addresses are refused even then.
    public init(_ log: LedgerHandle, limits: WebhookLimits = WebhookLimits(), allowsPrivateReceivers: Bool = false) {
        self.log = log
        self.limits = limits
        self.allowsPrivateReceivers = allowsPrivateReceivers
    }

    /// Makes a webhook. The secret is told this once, and to whoever repeats the order under its key.
    ///
    /// - Parameters:
    ///   - eventTypes: as the log has them, such as `sharing-activated`; empty for all that the actor may have sent: an operator
    ///     all but the confidential ones, also of those that programs to come will know.
    ///   - position: begin behind this event; nil for what is recorded from now on.
    ///   - key: an idempotency key: the same order under it makes no second webhook.
    /// - Throws: `WebhookError` `event-type-unknown`, `too-many-webhooks`, and `auditor-required` where an operator asks for
    ///   confidential types or for the past; `not-permitted` for roles other than operator and auditor;
    ///   `idempotency-key-reused`.
    public func add(
        _ destination: WebhookDestination, eventTypes: [String] = [], after position: Position? = nil,
        key: String? = nil,
        as actor: Actor, correlation: String? = nil
    ) async throws -> (id: WebhookID, secret: WebhookSecret) {
        try permit(actor, "add-webhook")
        let types = Set(eventTypes).sorted()
        let isConfidential = try checkTypes(types, as: actor)
        let (id, secret) = (key.map { WebhookID(key: $0) } ?? WebhookID(), WebhookSecret.random())
        let terms = WebhookTerms(
            audience: .internal, receiver: destination.origin, urlDigest: Digest(sha256: destination.url.utf8),
            eventTypes: types, isConfidential: isConfidential, after: position?.rawValue)
        // Nothing is appended for an order that is repeated.
        if key != nil, try await store.exists(id) {
            return try await repeated(id, destination, types, isConfidential, key: key)
        }
        if actor.role != .auditor, let position, position < (try await log.head()) {
            throw WebhookError.auditorRequired("events behind position \(position) are of the past")
        }
        let addition = try await record(.added(terms), of: id, as: actor, correlation) { connection in
            let addition = try await store.add(
                id, destination, terms, secret: secret, by: actor.id, after: position, limit: limits.subscriptions,
                on: connection)
            if addition == .full { throw WebhookError.tooManyWebhooks(limits.subscriptions) }
            if addition == .exists { throw AddedMeanwhile() }
            return addition
        } orNil: {
            $0 is AddedMeanwhile
        }
        guard addition != nil else { return try await repeated(id, destination, types, isConfidential, key: key) }
        return (id, secret)
    }

    /// The same order came first by another way.
    private struct AddedMeanwhile: Error {}

    /// Says whether the webhook will be sent confidential events.
    private func checkTypes(_ types: [String], as actor: Actor) throws(WebhookError) -> Bool {
        if let unknown = types.first(where: { !DomainEvent.types.contains($0) }) {
            throw WebhookError.eventTypeUnknown(unknown)
        }
        let confidential = types.first(where: DomainEvent.confidentialTypes.contains)
        guard actor.role != .auditor else { return types.isEmpty || confidential != nil }
        if let confidential { throw WebhookError.auditorRequired("events of type \(confidential) are confidential") }
        return false
    }

    private func repeated(
        _ id: WebhookID, _ destination: WebhookDestination, _ types: [String], _ isConfidential: Bool, key: String?
    ) async throws -> (id: WebhookID, secret: WebhookSecret) {
        let known = try await webhook(id)
        guard known.url == destination.url, known.eventTypes == types, known.isConfidential == isConfidential,
            let secret = try await store.secrets(of: id).first
        else { throw SharingError.idempotencyKeyReused(key ?? "") }
        return (id, secret)
    }

    /// All webhooks, in order of creation.
    public func list() async throws -> [Webhook] { try await store.list() }

    /// Throws `webhook-not-found`.
    public func webhook(_ id: WebhookID) async throws -> Webhook {
        guard let webhook = try await store.list(id).first else { throw WebhookError.webhookNotFound(id) }
        return webhook
    }

    /// Removes a webhook and all that was still to be sent. Throws `webhook-not-found`, `not-permitted`.
    public func remove(_ id: WebhookID, as actor: Actor, correlation: String? = nil) async throws {
        try permit(actor, "remove-webhook")
        try await record(.removed, of: id, as: actor, correlation) { connection in
            guard try await store.remove(id, on: connection) else { throw WebhookError.webhookNotFound(id) }
        }
    }

    /// Puts a new secret in use and returns it; the old one signs beside it for a while. Throws `webhook-not-found`,
    /// `not-permitted`.
    /// - Parameter key: an idempotency key: repeated, the latest rotation changes nothing.
    public func rotateSecret(
        _ id: WebhookID, keepingOldFor overlap: Duration = WebhookLimits.rotation, key: String? = nil, as actor: Actor,
        correlation: String? = nil
    ) async throws -> WebhookSecret {
        try permit(actor, "rotate-webhook-secret")
        let (overlap, fresh) = (max(overlap, .zero), WebhookSecret.random())
        guard let orders = try await store.latestOrders(of: id) else { throw WebhookError.webhookNotFound(id) }
        if key == nil || orders.rotation != key {
            let rotated = try await record(
                .secretRotated(keepsOldFor: overlap.components.seconds), of: id, as: actor, correlation
            ) { connection in
                let secret = try await store.rotate(id, to: fresh, keepingOldFor: overlap, key: key, on: connection)
                guard let secret else { throw WebhookError.webhookNotFound(id) }
                guard secret == fresh else { throw RotatedMeanwhile() }
                return fresh
            } orNil: {
                $0 is RotatedMeanwhile
            }
            if let rotated { return rotated }
        }
        guard let secret = try await store.secrets(of: id).first else { throw WebhookError.webhookNotFound(id) }
        return secret
    }

    /// The same rotation came first by another way.
    private struct RotatedMeanwhile: Error {}

    /// What is still to be sent, a page at a time. Throws `webhook-not-found`.
    public func pendingDeliveries(_ filter: PendingDeliveryFilter) async throws -> [PendingDelivery] {
        guard try await store.exists(filter.webhook) else { throw WebhookError.webhookNotFound(filter.webhook) }
        return try await store.pending(filter)
    }

    /// Tries at once what is parked or waits for a retry, of one stream or of all, and lets a stopped webhook begin again.
    /// Returns how many streams that are. Throws `webhook-not-found`, `not-permitted`.
    /// - Parameter key: an idempotency key: repeated, the latest replay changes nothing.
    @discardableResult
    public func replay(
        _ id: WebhookID, stream: StreamID? = nil, key: String? = nil, as actor: Actor, correlation: String? = nil
    ) async throws -> Int {
        try permit(actor, "replay-webhook")
        return Int(try await replay(id, stream: stream, after: nil, key: key, as: actor, correlation))
    }

    /// Sends everything behind a position again. What is parked or waits for a retry from before it is tried at once too, since
    /// what is behind it in its stream waits for it. Throws `webhook-not-found`, `not-permitted`, and `auditor-required` where
    /// an operator asks for events from before the webhook began.
    /// - Parameter key: an idempotency key: repeated, the latest replay changes nothing.
    public func rewind(
        _ id: WebhookID, after position: Position, key: String? = nil, as actor: Actor, correlation: String? = nil
    ) async throws {
        try permit(actor, "replay-webhook")
        if actor.role != .auditor, position < (try await webhook(id)).started {
            throw WebhookError.auditorRequired("the webhook began later than behind position \(position)")
        }
        _ = try await replay(id, stream: nil, after: position, key: key, as: actor, correlation)
    }

    private func replay(
        _ id: WebhookID, stream: StreamID?, after position: Position?, key: String?, as actor: Actor, _ correlation: String?
    ) async throws -> Int64 {
        guard let orders = try await store.latestOrders(of: id) else { throw WebhookError.webhookNotFound(id) }
        if let key, orders.replay == key { return 0 }
        return try await record(
            .replayed(stream: stream?.name, after: position?.rawValue), of: id, as: actor, correlation
        ) { connection in
            let streams = try await store.replay(id, stream: stream?.name, after: position, key: key, on: connection)
            guard let streams else { throw WebhookError.webhookNotFound(id) }
            return streams
        }
    }

    /// Sends a message about nothing, and returns what became of it. Throws `webhook-not-found`, `not-permitted`.
    /// - Parameter key: an idempotency key: repeated, the receiver is sent the same message, which it can know by its id.
    public func test(
        _ id: WebhookID, by sender: some WebhookSender, key: String? = nil, as actor: Actor
    ) async throws -> SendingOutcome {
        try permit(actor, "test-webhook")
        let webhook = try await webhook(id)
        let destination = try destination(webhook.url)
        let now = Timestamp.now
        let message = WebhookMessage(
            id: "\(id)-test-\(key.map { Digest(sha256: Array($0.utf8)).description } ?? "\(now.microseconds)")",
            body: CloudEvent.test(of: id, in: log.ledger, at: now), sentAt: now,
            secrets: try await store.secrets(of: id))
        return await sender.send(
            message, to: destination, timeout: limits.attemptTimeout, answerBytes: limits.answerBytes)
    }

    /// Where a URL leads, under this engine's setting of private receivers. Throws `destination-invalid`.
    public func destination(_ url: String) throws(WebhookError) -> WebhookDestination {
        try WebhookDestination(url, allowsPrivate: allowsPrivateReceivers)
    }

    private var store: WebhookStore { WebhookStore(ledger: log.ledger, pool: log.pool) }

    private func record<Value: Sendable>(
        _ event: WebhookEvent, of id: WebhookID, as actor: Actor, _ correlation: String?,
        with change: @Sendable (Connection) async throws -> Value
    ) async throws -> Value {
        try await WebhookJournal(log).record(
            event, of: id, as: CommandContext(actor: actor, correlation: correlation), with: change)
    }

    /// Nil where the change threw an error that says that it had been made already.
    private func record<Value: Sendable>(
        _ event: WebhookEvent, of id: WebhookID, as actor: Actor, _ correlation: String?,
        with change: @Sendable (Connection) async throws -> Value, orNil isRepetition: (any Error) -> Bool
    ) async throws -> Value? {
        do {
            return try await record(event, of: id, as: actor, correlation, with: change)
        } catch {
            guard isRepetition(error) else { throw error }
            return nil
        }
    }

    private func permit(_ actor: Actor, _ attempted: String) throws(SharingError) {
        switch actor.role {
        case .operator, .auditor: return
        case .portal, .compliance, .engine: throw .notPermitted(role: actor.role, attempted: attempted)
        }
    }
}
