import ArgumentParser
import Canonical
import DeviceSharing
import SharingEngine
import SharingLog
import SharingWebhooks

/// `devshare webhook show`.
struct ShowWebhook: Verb {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Shows one webhook.",
        discussion: """
            Of the streams to be sent, 10000 stands for so many or more.

              devshare webhook show 5f0c7c0e-6a0b-4c53-9d0b-6a1c1b1f3a11

            \(ExitStatus.help)
            """)

    @Argument(help: "The webhook: a UUID, as `devshare webhook list` shows it.")
    var webhook: WebhookID

    @OptionGroup var options: SettingsOptions

    func perform(_ settings: Settings) async throws {
        let (webhook, head) = try await withLog(settings) { log -> (Webhook, Position) in
            (try await WebhookSubscriptions(log).webhook(self.webhook), try await log.head())
        }
        if settings.json { return Output.line(webhook.json) }
        Output.line("webhook     \(webhook.id), \(webhook.state.rawValue)")
        Output.line("url         \(webhook.url)")
        Output.line("types       \(webhook.typesText)")
        Output.line("made        \(webhook.createdAt.short) UTC by \(webhook.createdBy)")
        Output.line("looked at   \(webhook.position) of \(Int(head.rawValue).of("event"))")
        Output.line("to be sent  \(webhook.waiting.of("stream")) waiting, \(webhook.parked) parked")
        if let until = webhook.previousSecretUntil { Output.line("old secret  signs too until \(until.short) UTC") }
    }
}
