import ArgumentParser
import Canonical
import DeviceSharing
import SharingEngine
import SharingWebhooks
import StandardWebhooks

/// `devshare webhook rotate`.
struct RotateWebhookSecret: Verb {
    static let configuration = CommandConfiguration(
        commandName: "rotate",
        abstract: "Puts a new secret in use, and prints it; the old one signs beside it for a while.",
        discussion: """
            Meanwhile each message bears a signature of both, and the receiver takes up the new secret when it likes. With \
            --keep-hours 0 the old one ends at once, as is right for a secret that others have seen.

              devshare webhook rotate 5f0c7c0e-6a0b-4c53-9d0b-6a1c1b1f3a11
              devshare webhook rotate 5f0c7c0e-6a0b-4c53-9d0b-6a1c1b1f3a11 --keep-hours 0

            Acts as the operator.

            \(ExitStatus.help)
            """)

    /// A month.
    private static let maximumOverlap = 720

    @Argument(help: "The webhook: a UUID, as `devshare webhook list` shows it.")
    var webhook: WebhookID

    @Option(help: "Hours that the old secret goes on signing, 0 to 720.")
    var keepHours = 24

    @OptionGroup var context: ContextOptions
    @OptionGroup var options: SettingsOptions

    func validate() throws {
        guard (0...Self.maximumOverlap).contains(keepHours) else {
            throw ValidationError("--keep-hours must be 0 to \(Self.maximumOverlap).")
        }
    }

    func perform(_ settings: Settings) async throws {
        let secret = try await withWebhooks(settings) { webhooks in
            try await webhooks.rotateSecret(
                webhook, keepingOldFor: .seconds(keepHours * 3_600), key: context.key,
                as: context.context(as: .operator).actor, correlation: context.correlation)
        }
        if settings.json {
            return Output.line(["webhook": .string(webhook.description), "secret": .string(secret.text)])
        }
        Output.line("webhook \(webhook)")
        Output.line("secret  \(secret.text)")
    }
}
