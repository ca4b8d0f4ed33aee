import ArgumentParser
import Canonical
import DeviceSharing
import SharingEngine
import SharingWebhooks

/// `devshare webhook replay`.
struct ReplayWebhook: Verb {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Tries again at once what is parked or waits for a retry; or sends again what was sent.",
        discussion: """
            With all its time for retries anew. A webhook that was stopped, since its receiver said that it is gone, begins \
            again. With --after everything behind that position of the log is sent again too.

              devshare webhook replay 5f0c7c0e-6a0b-4c53-9d0b-6a1c1b1f3a11
              devshare webhook replay 5f0c7c0e-6a0b-4c53-9d0b-6a1c1b1f3a11 --stream device/DSC-7
              devshare webhook replay 5f0c7c0e-6a0b-4c53-9d0b-6a1c1b1f3a11 --after 120

            Acts as the operator, or with --role auditor as an auditor: a position from before the webhook began is for auditors. \
            The running service does the sending.

            \(ExitStatus.help)
            """)

    @Argument(help: "The webhook: a UUID, as `devshare webhook list` shows it.")
    var webhook: WebhookID

    @Option(help: "Only what waits of this request, user or device: share-request/ID, user/ID, device/ID.")
    var stream: StreamID?

    @Option(help: "Send again everything behind this position: 0 for all there is.")
    var after: Int64?

    @OptionGroup var context: ContextOptions
    @OptionGroup var options: SettingsOptions

    func validate() throws {
        guard (after ?? 0) >= 0 else { throw ValidationError("--after must not be negative.") }
        guard after == nil || stream == nil else {
            throw ValidationError("--after is for all streams; leave --stream out.")
        }
    }

    func perform(_ settings: Settings) async throws {
        let actor = context.context(as: .operator).actor
        let streams = try await withWebhooks(settings) { webhooks -> Int? in
            guard let after else {
                return try await webhooks.replay(
                    webhook, stream: stream, key: context.key, as: actor, correlation: context.correlation)
            }
            try await webhooks.rewind(
                webhook, after: Position(rawValue: after), key: context.key, as: actor, correlation: context.correlation)
            return nil
        }
        if settings.json {
            return Output.line(
                .members([
                    "webhook": .string(webhook.description), "streams": streams.map { JSONValue($0) },
                    "after": after.map { .integer($0) },
                ]))
        }
        if let streams { return Output.line("\(streams.of("stream")) to be sent at once") }
        Output.line("everything behind position \(after ?? 0) is to be sent again")
    }
}

extension StreamID: ExpressibleByArgument {
    public init?(argument: String) { self.init(name: argument) }
}
