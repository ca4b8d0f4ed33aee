import Canonical
import StandardWebhooks

/// A message as it goes out: a CloudEvents 1.0 body, signed by Standard Webhooks.
public struct WebhookMessage: Hashable, Sendable {
    /// Content type of CloudEvents in structured mode (HTTP protocol binding 1.0.2, section 3.2).
    public static let contentType = "application/cloudevents+json; charset=utf-8"

    public let headers: WebhookHeaders
    public let body: [UInt8]

    /// - Parameter sentAt: of this attempt.
    init(id: String, body: [UInt8], sentAt: Timestamp, secrets: [WebhookSecret]) {
        self.body = body
        headers = WebhookSigner(secrets).headers(id: id, at: sentAt.microseconds / 1_000_000, body: body)
    }
}
