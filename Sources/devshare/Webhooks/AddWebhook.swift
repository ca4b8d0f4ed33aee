import ArgumentParser
import Canonical
import EventLog
import Foundation
import SharingEngine
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
              devshare webhook add https://portal.example/hooks --type share-request-approved --type share-request-rejected
              devshare webhook add http://127.0.0.1:8080/hooks --allow-private --after 0

            Acts as the operator.

            \(ExitStatus.help)
            """)

    @Argument(help: "Where to send to: an https URL.")
    var url: String

    @Option(
        help: ArgumentHelp("Only events of this type; may be given more than once. (default: all)", valueName: "type"))
    var type: [String] = []

    @Option(help: "Begin behind this position of the log: 0 for all there is. (default: what is recorded from now on)")
    var after: Int64?

    @Flag(help: "The receiver may have a private or local address, and be reached by http.")
    var allowPrivate = false

    @OptionGroup var context: ContextOptions
    @OptionGroup var options: SettingsOptions

    func validate() throws {
        guard (after ?? 0) >= 0 else { throw ValidationError("--after must not be negative.") }
    }

    func perform(_ settings: Settings) async throws {
        let destination = try WebhookDestination(url, allowsPrivate: allowPrivate)
        try Self.checkAddress(of: destination)
        let made = try await withEngine(settings) { engine in
            try await engine.addWebhook(
                destination, eventTypes: type, after: after.map { Position(rawValue: $0) }, key: context.key,
                as: context.context(as: .operator).actor)
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
                advice: "For a receiver on this machine or in a network of your own give --allow-private.")
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
