import ArgumentParser
import Canonical
import DeviceSharing
import Foundation
import SharingEngine
import SharingWebhooks
import StandardWebhooks

/// `devshare webhook add`.
struct AddWebhook: Verb {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: "Tells a receiver of events from now on, and prints the secret that they are signed with.",
        discussion: """
            Messages are CloudEvents 1.0 in JSON, signed by Standard Webhooks (headers webhook-id, webhook-timestamp and \
            webhook-signature). Each is sent at least once, and those about one request in their order; what fails is tried \
            again for three days. The secret is shown this once.

              devshare webhook add https://portal.example/hooks
              devshare webhook add https://portal.example/hooks --type sharing-activated --type device-reported-lost
              devshare webhook add https://audit.example/hooks --after 0 --role auditor --actor m.lee

            Acts as the operator, or with --role auditor as an auditor. Only an auditor can have confidential types of event sent \
            (\(DomainEvent.confidentialTypes.joined(separator: ", "))), or events of the past. Without --type an auditor's webhook \
            is sent all types, an operator's all but the confidential ones. For receivers on this machine or in a network of your \
            own, the setting webhooks.allow-private permits private addresses and plain http.

            \(ExitStatus.help)
            """)

    @Argument(help: "Where to send to: an https URL.")
    var url: String

    @Option(
        help: ArgumentHelp(
            "Only events of this type; may be given more than once. (default: all that the role may have sent)", valueName: "type"
        ))
    var type: [String] = []

    @Option(
        help:
            "Begin behind this position of the log: 0 for all there is, which is for auditors. (default: what is recorded from now on)"
    )
    var after: Int64?

    @OptionGroup var context: ContextOptions
    @OptionGroup var options: SettingsOptions

    func validate() throws {
        guard (after ?? 0) >= 0 else { throw ValidationError("--after must not be negative.") }
    }

    func perform(_ settings: Settings) async throws {
        let destination = try WebhookDestination(url, allowsPrivate: settings.allowsPrivateReceivers)
        try Self.checkAddress(of: destination)
        let made = try await withWebhooks(settings) { webhooks in
            try await webhooks.add(
                destination, eventTypes: type, after: after.map { Position(rawValue: $0) }, key: context.key,
                as: context.context(as: .operator).actor, correlation: context.correlation)
        }
        if settings.json {
            return Output.line(["webhook": .string(made.id.description), "secret": .string(made.secret.text)])
        }
        Output.line("webhook \(made.id)")
        Output.line("secret  \(made.secret.text)")
    }

    /// Names are resolved when something is sent; an address that stands in the URL itself is known now. Throws
    /// `destination-invalid`.
    private static func checkAddress(of destination: WebhookDestination) throws {
        guard let address = NetworkAddress(literal: destination.host) else { return }
        do {
            _ = try destination.permitted([address])
        } catch {
            throw DevshareError(
                .destinationInvalid, "\(destination.host) is not a public address",
                advice: "For a receiver on this machine or in a network of your own, set webhooks.allow-private to true.")
        }
    }
}

extension NetworkAddress {
    /// Nil unless the text is an address, rather than a name.
    fileprivate init?(literal text: String) {
        var bytes = [UInt8](repeating: 0, count: 16)
        if inet_pton(AF_INET, text, &bytes) == 1 {
            self.init(bytes: bytes.prefix(4))
        } else if inet_pton(AF_INET6, text, &bytes) == 1 {
            self.init(bytes: bytes)
        } else {
            return nil
        }
    }
}
