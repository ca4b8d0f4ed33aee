import ArgumentParser
import DeviceSharing
import SharingEngine
import SharingWebhooks

/// `devshare webhook remove`.
struct RemoveWebhook: Verb {
    static let configuration = CommandConfiguration(
        commandName: "remove", abstract: "Removes a webhook, and all that was still to be sent.",
        discussion: """
              devshare webhook remove 5f0c7c0e-6a0b-4c53-9d0b-6a1c1b1f3a11

            Acts as the operator.

            \(ExitStatus.help)
            """)

    @Argument(help: "The webhook: a UUID, as `devshare webhook list` shows it.")
    var webhook: WebhookID

    @OptionGroup var context: ContextOptions
    @OptionGroup var options: SettingsOptions

    func perform(_ settings: Settings) async throws {
        try await withWebhooks(settings) { webhooks in
            try await webhooks.remove(webhook, as: context.context(as: .operator).actor, correlation: context.correlation)
        }
        if settings.json { return Output.line(["removed": .string(webhook.description)]) }
        Output.line("webhook \(webhook) is removed")
    }
}
