import ServiceLifecycle
import SharingLog
import SharingWebhooks
import WebhookDelivery

/// Sends events to receivers of webhooks for as long as the server runs.
struct WebhookService: Service {
    let log: LedgerHandle
    let limits: WebhookLimits
    let configuration: ServerConfiguration

    func run() async throws {
        try await cancelWhenGracefulShutdown {
            try await HTTPWebhookSender.withSender(logger: configuration.logger) { sender in
                await WebhookDeliverer(
                    log, sender: sender, limits: limits, allowsPrivateReceivers: configuration.allowsPrivateReceivers,
                    metrics: configuration.metrics
                ).run()
            }
        }
    }
}
