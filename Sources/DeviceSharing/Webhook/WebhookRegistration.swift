/// What the log says of a webhook. How far it has been sent is no part of it.
public struct WebhookRegistration: Hashable, Sendable {
    public enum State: String, Hashable, Sendable, CaseIterable {
        case active
        /// The receiver said that it is gone; a replay begins again.
        case stopped
        case removed
    }

    /// Nil for a webhook that was made before the log had events of webhooks (schema 17).
    public let terms: WebhookTerms?
    public internal(set) var state: State

    /// The state after one more event. A webhook of before has no `added` event, so any event can be its first.
    public static func evolve(_ state: WebhookRegistration?, _ event: WebhookEvent) -> WebhookRegistration {
        var registration = state ?? WebhookRegistration(terms: nil, state: .active)
        switch event {
        case .added(let terms): return WebhookRegistration(terms: terms, state: .active)
        case .removed: registration.state = .removed
        case .secretRotated: break
        case .replayed: registration.state = .active
        case .stopped: registration.state = .stopped
        }
        return registration
    }
}
