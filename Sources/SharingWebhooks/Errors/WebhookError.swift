import DeviceSharing

/// What is wrong with an order about webhooks. What goes wrong when they are sent is `SendingProblem`.
public struct WebhookError: Error, Hashable, Sendable, CustomStringConvertible {
    public enum Code: String, Sendable, CaseIterable {
        /// There is no such subscription.
        case webhookNotFound = "webhook-not-found"
        /// The URL is none that messages can be sent to.
        case destinationInvalid = "destination-invalid"
        /// There is no event of that type.
        case eventTypeUnknown = "event-type-unknown"
        /// The ledger has as many subscriptions as it may have.
        case tooManyWebhooks = "too-many-webhooks"
        /// Confidential events and events of the past are for auditors to have sent.
        case auditorRequired = "auditor-required"
    }

    public let code: Code
    public let detail: String

    init(_ code: Code, _ detail: String) {
        self.code = code
        self.detail = detail
    }

    public var description: String { "\(code.rawValue): \(detail)" }

    static func webhookNotFound(_ id: WebhookID) -> WebhookError {
        WebhookError(.webhookNotFound, "there is no webhook \(id)")
    }
    static func destinationInvalid(_ problem: String) -> WebhookError {
        WebhookError(.destinationInvalid, "the URL \(problem)")
    }
    static func eventTypeUnknown(_ type: String) -> WebhookError {
        WebhookError(.eventTypeUnknown, "there is no event type \(type)")
    }
    static func auditorRequired(_ why: String) -> WebhookError { WebhookError(.auditorRequired, why) }
    static func tooManyWebhooks(_ limit: Int) -> WebhookError {
        WebhookError(
            .tooManyWebhooks, "there are \(limit) webhooks, which is the limit; remove one that is no longer needed")
    }
}
