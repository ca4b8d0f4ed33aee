import Logging
import ServiceLifecycle
import SharingEngine
import WebhookDelivery

/// Sends events to receivers of webhooks for as long as the server runs.
struct WebhookService: Service {
    let engine: SharingEngine
    let limits: WebhookLimits
    let logger: Logger

    func run() async throws {
        try await cancelWhenGracefulShutdown {
            try await HTTPWebhookSender.withSender(logger: logger) { sender in
                await WebhookDeliverer(engine, sender: sender, limits: limits).run()
            }
        }
    }
}
