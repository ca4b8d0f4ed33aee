import ArgumentParser
import DeviceSharing
import SharingEngine

/// `devshare webhook …`.
struct WebhookVerbs: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "webhook", abstract: "Webhooks: who is told of events, and what could not be sent.",
        discussion: ExitStatus.help,
        subcommands: [
            AddWebhook.self, ListWebhooks.self, ShowWebhook.self, RemoveWebhook.self, RotateWebhookSecret.self,
            TestWebhook.self,
            ListDeliveries.self, ReplayWebhook.self,
        ])
}

extension WebhookID: ExpressibleByArgument {
    public init?(argument: String) { self.init(argument) }
}
