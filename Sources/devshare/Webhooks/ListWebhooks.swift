import ArgumentParser
import Canonical
import SharingEngine
import SharingWebhooks

/// `devshare webhook list`.
struct ListWebhooks: Verb {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Lists webhooks, and how much each has still to be sent.",
        discussion: """
            WAITING and PARKED are streams: users, devices, requests. 10000 stands for so many or more.

              devshare webhook list

            \(ExitStatus.help)
            """)

    @OptionGroup var options: SettingsOptions

    func perform(_ settings: Settings) async throws {
        let webhooks = try await withWebhooks(settings) { try await $0.list() }
        if settings.json { return webhooks.forEach { Output.line($0.json) } }
        var table = Table("WEBHOOK", "STATE", "WAITING", "PARKED", "URL", "TYPES")
        for webhook in webhooks {
            table.add(
                webhook.id.description, webhook.state.rawValue, "\(webhook.waiting)", "\(webhook.parked)", webhook.url,
                webhook.typesText)
        }
        Output.lines(table.lines(otherwise: "no webhooks"))
    }
}

extension Webhook {
    /// The webhook as one JSON object; never with its secret.
    var json: JSONValue {
        .members([
            "webhook": .string(id.description), "url": .string(url), "eventTypes": JSONValue(eventTypes),
            "audience": .string(audience.rawValue), "confidential": .bool(isConfidential),
            "state": .string(state.rawValue),
            "position": .integer(position.rawValue),
            "createdAt": JSONValue(createdAt), "createdBy": .string(createdBy),
            "previousSecretUntil": previousSecretUntil.map { JSONValue($0) }, "waiting": JSONValue(waiting),
            "parked": JSONValue(parked),
        ])
    }
}

extension Webhook {
    /// The types of event that it is sent, for people.
    var typesText: String {
        guard eventTypes.isEmpty else { return eventTypes.joined(separator: ", ") }
        return isConfidential ? "all" : "all but confidential ones"
    }
}
