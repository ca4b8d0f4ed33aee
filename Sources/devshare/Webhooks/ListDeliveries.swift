import ArgumentParser
import Canonical
import DeviceSharing
import SharingEngine
import SharingWebhooks

/// `devshare webhook deliveries`.
struct ListDeliveries: Verb {
    static let configuration = CommandConfiguration(
        commandName: "deliveries",
        abstract: "Lists what a webhook has still to be sent: what is being retried, and what is parked.",
        discussion: """
            One line for each request, user or device of which something is still to be sent: the event that is next. Those \
            behind it wait for it, so that they arrive in order. What was sent is not listed.

              devshare webhook deliveries 5f0c7c0e-6a0b-4c53-9d0b-6a1c1b1f3a11
              devshare webhook deliveries 5f0c7c0e-6a0b-4c53-9d0b-6a1c1b1f3a11 --state parked

            \(ExitStatus.help)
            """)

    @Argument(help: "The webhook: a UUID, as `devshare webhook list` shows it.")
    var webhook: WebhookID

    @Option(help: "Only those that are waiting or parked.")
    var state: PendingDelivery.State?

    @Option(help: "Only those behind this position: the last of a page is where the next begins.")
    var after: Int64 = 0

    @Option(help: "Lines on a page, 1 to 1000.")
    var limit = 100

    @OptionGroup var options: SettingsOptions

    func validate() throws {
        guard (1...PendingDeliveryFilter.maximumLimit).contains(limit), after >= 0 else {
            throw ValidationError(
                "--limit must be 1 to \(PendingDeliveryFilter.maximumLimit), and --after not negative.")
        }
    }

    func perform(_ settings: Settings) async throws {
        let filter = PendingDeliveryFilter(
            webhook: webhook, state: state, after: Position(rawValue: after), limit: limit)
        let deliveries = try await withWebhooks(settings) { try await $0.pendingDeliveries(filter) }
        if settings.json { return deliveries.forEach { Output.line($0.json) } }
        var table = Table("POSITION", "STATE", "ATTEMPTS", "NEXT (UTC)", "TYPE", "STREAM", "PROBLEM")
        for delivery in deliveries {
            table.add(
                delivery.position.description, delivery.state.rawValue, "\(delivery.attempts)",
                delivery.dueAt?.short ?? "never",
                delivery.eventType, delivery.stream, delivery.problem ?? "")
        }
        Output.lines(table.lines(otherwise: "nothing is to be sent"))
        if deliveries.count == limit, let last = deliveries.last {
            Terminal.print(error: "there may be more: --after \(last.position)")
        }
    }
}

extension PendingDelivery.State: ExpressibleByArgument {}

extension PendingDelivery {
    /// The delivery as one JSON object.
    var json: JSONValue {
        .members([
            "webhook": .string(webhook.description), "stream": .string(stream), "position": .integer(position.rawValue),
            "lastPosition": .integer(lastPosition.rawValue), "eventType": .string(eventType),
            "state": .string(state.rawValue),
            "attempts": JSONValue(attempts), "firstAttemptAt": firstAttemptAt.map { JSONValue($0) },
            "attemptedAt": attemptedAt.map { JSONValue($0) }, "dueAt": dueAt.map { JSONValue($0) },
            "parkedAt": parkedAt.map { JSONValue($0) }, "status": status.map { JSONValue($0) },
            "problem": problem.map { .string($0) },
        ])
    }
}
