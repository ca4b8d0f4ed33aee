import ArgumentParser
import Canonical
import DeviceSharing
import SharingEngine
import SharingWebhooks
import WebhookDelivery

/// `devshare webhook test`.
struct TestWebhook: Verb {
    static let configuration = CommandConfiguration(
        commandName: "test",
        abstract: "Sends a message of type device-sharing.webhook-tested to a receiver, and says what it answers.",
        discussion: """
              devshare webhook test 5f0c7c0e-6a0b-4c53-9d0b-6a1c1b1f3a11

            Acts as the operator. Exit status 1 where the message is not taken.

            \(ExitStatus.help)
            """)

    @Argument(help: "The webhook: a UUID, as `devshare webhook list` shows it.")
    var webhook: WebhookID

    @OptionGroup var context: ContextOptions
    @OptionGroup var options: SettingsOptions

    func perform(_ settings: Settings) async throws {
        let outcome = try await withWebhooks(settings) { webhooks in
            try await HTTPWebhookSender.withSender { sender in
                try await webhooks.test(webhook, by: sender, as: context.context(as: .operator).actor)
            }
        }
        if settings.json {
            Output.line(
                .members([
                    "taken": .bool(outcome.problem == nil), "status": outcome.status.map { JSONValue($0) },
                    "problem": outcome.problem.map { .string($0.code.rawValue) },
                    "detail": outcome.problem.map { .string($0.detail) },
                ]))
        } else if let problem = outcome.problem {
            Output.line("not taken: \(problem)")
        } else {
            Output.line("taken: the receiver answered \(outcome.status.map(String.init) ?? "?")")
        }
        if outcome.problem != nil { throw ExitStatus.refused.code }
    }
}
