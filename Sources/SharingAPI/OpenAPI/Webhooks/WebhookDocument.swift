import Canonical
import DeviceSharing
import HTTPEdge
import HTTPTypes
import SharingEngine
import SharingWebhooks

/// The messages that webhooks deliver, as the OpenAPI document has them (OpenAPI 3.1, section 4.8.1.1, `webhooks`): one for each
/// type of event, and the one by which a receiver is tried out.
///
/// The messages are in `components.pathItems`, under a tag of their own, and `webhooks` refers to them. What is in `webhooks`
/// itself openapi-generator 7.26 takes for operations of the server: the client does not compile, and has them in place of the
/// operations that have the same tag.
enum WebhookDocument {
    static let tag = "Webhooks"

    private static let mediaType = "application/cloudevents+json"

    /// The type of the message of `testWebhook`, which is no event.
    static let tested = "webhook-tested"

    /// The section `webhooks`, which refers to the messages.
    static func references(to messages: JSONObject) -> JSONObject {
        .of(messages.members.map { ($0.name, ["$ref": .string("#/components/pathItems/\($0.name)")]) })
    }

    /// Each message as a path item, by its type.
    static func messages(_ components: inout JSONObject) -> JSONObject {
        var webhooks = JSONObject()
        for type in EventType.allCases {
            let data = Schema.object(EventData.schema(of: type)).document(for: .answer, &components)
            webhooks[type.rawValue] = webhook(
                type.rawValue, named: type.typeName, type.summary, isConfidential: type.properties.isConfidential, data: data,
                examples: EventExamples.messages(of: type), &components)
        }
        webhooks[tested] = webhook(
            tested, named: "WebhookTested", "Somebody tries the receiver out (testWebhook); nothing happened.",
            isConfidential: false, data: .of([("type", "object")]), examples: [EventExamples.testMessage], &components)
        return webhooks
    }

    private static func webhook(
        _ type: String, named name: String, _ summary: String, isConfidential: Bool, data: JSONObject, examples: [JSONValue],
        _ components: inout JSONObject
    ) -> JSONValue {
        let base = Schema.object(message).document(for: .answer, &components)
        var data = data
        data["description"] = "The event; absent where it is sent again after its data left the log for an archive."
        components[name + "Message"] = [
            "description": .string(summary),
            "allOf": [
                .object(base),
                [
                    "type": "object",
                    "properties": [
                        "type": ["type": "string", "description": .string("\(CloudEvent.typePrefix)\(type).")],
                        "data": .object(data),
                    ],
                ],
            ],
        ]
        let named = examples.enumerated().map { (String($0.offset + 1), ["value": $0.element] as JSONValue) }
        return [
            "post": .members([
                "operationId": .string("receive" + name), "tags": [.string(tag)],
                "summary": .string(summary),
                "description": isConfidential ? "Confidential: sent only where an auditor added the webhook." : nil,
                "security": [], "parameters": .array(headers.map { .object($0) }),
                "requestBody": [
                    "required": true,
                    "content": [
                        mediaType: [
                            "schema": ["$ref": .string(Schema.address(of: name + "Message"))], "examples": .object(.of(named)),
                        ]
                    ],
                ],
                "responses": [
                    "2XX": ["description": "The message is safe with the receiver."],
                    "410": ["description": "The receiver is gone for good: the webhook is stopped."],
                    "default": ["description": "Not taken: the message is sent again later, for three days."],
                ],
            ])
        ]
    }

    /// As Standard Webhooks has them.
    private static let headers: [JSONObject] = [
        header("webhook-id", ["type": "string"], "The message, the same at every attempt: take each once."),
        header(
            "webhook-timestamp", ["type": "string", "pattern": "^[0-9]+$"], "When this attempt was made, in seconds since 1970."),
        header(
            "webhook-signature", ["type": "string"],
            "v1, a comma and the HMAC-SHA-256 over id, timestamp and body; two, with a space between, while a secret is replaced."
        ),
    ]

    private static func header(_ name: String, _ schema: JSONValue, _ description: String) -> JSONObject {
        .of([
            ("name", .string(name)), ("in", "header"), ("required", true), ("description", .string(description)),
            ("schema", schema),
        ])
    }

    static let message = ObjectSchema(
        "WebhookMessage", "A message to a webhook: CloudEvents 1.0 in JSON.",
        [
            .required("specversion", .string(.text(1...20)), "1.0."),
            .required(
                "id", .string(.text(1...64)),
                "Place in the ledger: position, and the beginning of the leaf hash; with source it names one event for ever."),
            .required("source", .string(.text(1...1_000)), "/ledgers/ and the ledger's name."),
            .required("type", .string(.text(1...200)), "device-sharing. and the event's type."),
            .required("subject", .string(.text(1...128)), "What it is about, such as share-request/UUID."),
            .required("time", .string(.moment), "When it was recorded."),
            .required("datacontenttype", .string(.text(1...100)), "application/json."),
            .required("dataversion", .integer(1...1_000), "Version of the shape of data for this type."),
            .optional("sequence", .string(.text(1...20)), "Place in the story of the subject, as ten digits; no test has one."),
            .optional("actor", .string(.text(1...8_192)), "Who acted."),
            .optional("actorrole", .string(.choice(Role.allCases.map(\.rawValue))), "In which role."),
            .optional("correlation", .string(.text(1...8_192)), "What the command hung together with, where it said so."),
            .optional("traceparent", .string(.text(1...100)), "Its place in a trace (W3C Trace Context), where it said so."),
        ])
}
