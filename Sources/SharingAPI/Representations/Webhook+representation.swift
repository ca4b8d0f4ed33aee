import Canonical
import DeviceSharing
import HTTPEdge
import SharingEngine
import SharingWebhooks

extension ObjectSchema {
    private static let positions = Schema.integer(0...9_007_199_254_740_991)
    private static let counts = Schema.integer(0...9_007_199_254_740_991)

    static let webhook = ObjectSchema(
        "Webhook", "Who is told of which events.",
        [
            .required("id", .string(.uuid), "Its identifier."),
            .required("url", .string(.text(1...8_192)), "Where events are sent."),
            .required(
                "eventTypes", .array(.string(.text(1...100)), limit: 1_000),
                "Types of event; empty for all that it may be sent."),
            .required(
                "audience", .string(.choice(Audience.allCases.map(\.rawValue))),
                "For whom the events are written; internal: as the log has them."),
            .required(
                "confidential", .boolean, "Whether it is sent confidential types of event, since an auditor made it."),
            .required(
                "state", .string(.choice(Webhook.State.allCases.map(\.rawValue))),
                "active; or stopped, since the receiver said that it is gone (410)."),
            .required("position", positions, "The last event that has been looked at."),
            .required("createdAt", .string(.moment), "When it was made."),
            .required("createdBy", .string(.text(1...255)), "Who made it."),
            .optional("previousSecretUntil", .string(.moment), "Until when the secret before this one signs too."),
            .required("waiting", counts, "Streams of which something is to be sent; 10000 stands for so many or more."),
            .required("parked", counts, "Streams of which something was given up; 10000 stands for so many or more."),
        ])

    static let webhookSecret = ObjectSchema(
        "WebhookSecret", "What messages are signed with. Keep it: it is not told again.",
        [
            .required("id", .string(.uuid), "The webhook."),
            .required("secret", .string(.printable(38...94)), "whsec_ and the key in base64."),
        ])

    static let webhookTest = ObjectSchema(
        "WebhookTest", "What became of a message.",
        [
            .required("taken", .boolean, "Whether the receiver took it."),
            .optional("status", .integer(100...999), "The HTTP status that it answered with."),
            .optional("problem", .string(.text(1...8_000)), "A code and a sentence, where it was not taken."),
        ])

    static let pendingDelivery = ObjectSchema(
        "PendingDelivery", "What is still to be sent of one stream.",
        [
            .required("stream", .string(.text(1...128)), "The stream, such as device/DSC-7."),
            .required("position", positions, "The event to be sent next."),
            .optional("eventType", .string(.text(1...100)), "Its type; operators are not shown confidential ones."),
            .required("lastPosition", positions, "The last event of the stream that waits."),
            .required(
                "state", .string(.choice(PendingDelivery.State.allCases.map(\.rawValue))),
                "waiting, or parked: given up."),
            .required("attempts", counts, "Attempts to send the event."),
            .optional("firstAttemptAt", .string(.moment), "The first of them."),
            .optional("attemptedAt", .string(.moment), "The last of them."),
            .optional("dueAt", .string(.moment), "The next one; absent when parked."),
            .optional("parkedAt", .string(.moment), "When it was given up."),
            .optional("status", .integer(100...999), "HTTP status of the last answer."),
            .optional("problem", .string(.text(1...8_000)), "What was wrong the last time: a code and a sentence."),
        ])
}

extension Webhook {
    var representation: JSONValue {
        .members([
            "id": .string(id.description), "url": .string(url), "eventTypes": .array(eventTypes.map { .string($0) }),
            "audience": .string(audience.rawValue), "confidential": .bool(isConfidential),
            "state": .string(state.rawValue),
            "position": .integer(position.rawValue),
            "createdAt": JSONValue(createdAt), "createdBy": .string(createdBy),
            "previousSecretUntil": previousSecretUntil.map { JSONValue($0) }, "waiting": .integer(Int64(waiting)),
            "parked": .integer(Int64(parked)),
        ])
    }
}

extension PendingDelivery {
    /// - Parameter role: only auditors learn that there are confidential events, and of which types.
    func representation(for role: Role?) -> JSONValue {
        .members([
            "stream": .string(stream), "position": .integer(position.rawValue),
            "eventType": isConfidential && role != .auditor ? nil : .string(eventType),
            "lastPosition": .integer(lastPosition.rawValue), "state": .string(state.rawValue),
            "attempts": .integer(Int64(attempts)),
            "firstAttemptAt": firstAttemptAt.map { JSONValue($0) }, "attemptedAt": attemptedAt.map { JSONValue($0) },
            "dueAt": dueAt.map { JSONValue($0) }, "parkedAt": parkedAt.map { JSONValue($0) },
            "status": status.map { .integer(Int64($0)) },
            "problem": problem.map { .string(status == nil ? SendingProblem.noAnswer : $0) },
        ])
    }
}

extension SendingProblem {
    /// One text for whatever kept a receiver from answering: why is in the server's log. Else somebody who may add webhooks
    /// could find out which hosts and ports there are in the server's network.
    static let noAnswer = "no-answer: the receiver could not be reached, or did not answer; the server's log says why"

    /// What callers are told.
    /// - Parameter status: what the receiver answered; nil where it did not.
    func outward(status: Int?) -> String { status == nil ? Self.noAnswer : description }
}
