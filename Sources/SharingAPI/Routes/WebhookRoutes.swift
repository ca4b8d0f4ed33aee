import Canonical
import DeviceSharing
import HTTPEdge
import HTTPTypes
import SharingEngine
import SharingWebhooks
import StandardWebhooks
import WebhookDelivery

/// `/v1/webhooks`: who is told of events, and what could not be sent.
enum WebhookRoutes {
    static let all = [list, add, show, remove, rotate, test, deliveries, replay]

    static let path = "/v1/webhooks"

    /// An auditor's right goes further, so that somebody who has both roles acts in that one.
    private static let keepers: [DeviceSharing.Role] = [.auditor, .operator]
    private static let positions = Schema.integer(0...9_007_199_254_740_991)
    /// A month.
    private static let maximumOverlap: Int64 = 720

    // MARK: Subscriptions

    private static let list = Route(
        method: .get, path: path, name: "listWebhooks", group: .notification, access: .roles(keepers),
        summary: "Webhooks in order of creation.",
        successes: [
            Route.Success(
                status: .ok, description: "All of them.",
                content: .json(.object(Page.schema("WebhookList", of: .webhook))))
        ]
    ) { call in
        Page(items: try await call.webhooks.list().map(\.representation), next: nil).answer(path: path, query: [])
    }

    private static let add = Route(
        method: .post, path: path, name: "addWebhook", group: .notification, access: .roles(keepers),
        summary: "Tells a receiver of events from now on.",
        description: """
            Messages are CloudEvents 1.0 in JSON, sent by POST and signed as Standard Webhooks has it: webhook-id, the same at \
            every attempt; webhook-timestamp; webhook-signature, v1 and HMAC-SHA-256. Each is sent at least once, and those about \
            one request in their order; any 2xx takes it. What fails is tried again for three days and then parked. A 410 stops \
            the webhook. The secret is told this once. Confidential types of event (\(DomainEvent.confidentialTypes.joined(separator: ", "))) \
            and events of the past are sent only where an auditor adds the webhook: to an operator they are refused with \
            auditor-required, and "all types" are all but these.
            """,
        parameters: [.idempotencyKey],
        body: .json(
            ObjectSchema(
                "NewWebhook", "Where to send what.",
                [
                    .required(
                        "url", .string(.text(1...WebhookDestination.maximumURLLength)),
                        "An https URL; no redirects are followed."),
                    .optional(
                        "eventTypes", .array(.string(.choice(DomainEvent.types)), limit: DomainEvent.types.count),
                        "Only events of these types; unless told, all that the caller may have sent."),
                    .optional(
                        "after", positions,
                        "Begin behind this position: 0 for all there is, for auditors; with what is new unless told."),
                ]), isRequired: true),
        successes: [
            Route.Success(
                status: .created, description: "The webhook and its secret.", content: .json(.object(.webhookSecret)),
                headers: [.location])
        ],
        refusals: [.idempotencyKeyReused], ownProblems: [.tooManyWebhooks, .auditorRequired]
    ) { call in
        let destination = try call.webhooks.destination(call.body.text("url"))
        let made = try await call.webhooks.add(
            destination, eventTypes: call.body.texts("eventTypes"),
            after: call.body.optionalInteger("after").map { Position(rawValue: $0) }, key: call.scopedKey,
            as: call.actor(), correlation: call.requestID)
        var answer = Answer.json(
            Self.secret(made.secret, of: made.id), status: .created, headers: [.location: "\(path)/\(made.id)"])
        answer.isSecret = true
        return answer
    }

    private static let show = Route(
        method: .get, path: path + "/{webhook}", name: "getWebhook", group: .notification, access: .roles(keepers),
        summary: "A webhook, and how much it has still to be sent.", parameters: [.webhook],
        successes: [Route.Success(status: .ok, description: "The webhook.", content: .json(.object(.webhook)))],
        ownProblems: [.webhookNotFound]
    ) { call in .json(try await call.webhooks.webhook(call.parameters.webhook()).representation) }

    private static let remove = Route(
        method: .delete, path: path + "/{webhook}", name: "removeWebhook", group: .notification,
        access: .roles(keepers),
        summary: "Removes a webhook and all that was still to be sent.", parameters: [.webhook],
        successes: [Route.Success(status: .noContent, description: "It is gone.", content: .none)],
        ownProblems: [.webhookNotFound]
    ) { call in
        try await call.webhooks.remove(
            call.parameters.webhook(), as: call.actor(), correlation: call.requestID)
        return Answer(status: .noContent)
    }

    // MARK: Secrets

    private static let rotate = Route(
        method: .post, path: path + "/{webhook}/secret", name: "rotateWebhookSecret", group: .notification,
        access: .roles(keepers), summary: "Puts a new secret in use.",
        description:
            "For a while messages bear a signature of the old one too, so that the receiver takes up the new one when it likes.",
        parameters: [.webhook, .idempotencyKey],
        body: .json(
            ObjectSchema(
                "SecretRotation", "How long the old secret goes on signing.",
                [.optional("keepHours", .integer(0...maximumOverlap), "Hours; 24 unless told.")]), isRequired: false),
        successes: [
            Route.Success(status: .ok, description: "The new secret.", content: .json(.object(.webhookSecret)))
        ],
        ownProblems: [.webhookNotFound]
    ) { call in
        let webhook = try call.parameters.webhook()
        let overlap =
            call.body.optionalInteger("keepHours").map { Duration.seconds($0 * 3_600) } ?? WebhookLimits.rotation
        let secret = try await call.webhooks.rotateSecret(
            webhook, keepingOldFor: overlap, key: call.scopedKey, as: call.actor(), correlation: call.requestID)
        var answer = Answer.json(Self.secret(secret, of: webhook))
        answer.isSecret = true
        return answer
    }

    private static let test = Route(
        method: .post, path: path + "/{webhook}/test", name: "testWebhook", group: .notification,
        access: .roles(keepers),
        summary: "Sends a message of type device-sharing.webhook-tested, and says what the receiver answered.",
        description: "Under one idempotency key it is the same message, which the receiver can know by its webhook-id.",
        parameters: [.webhook, .idempotencyKey],
        successes: [
            Route.Success(status: .ok, description: "What became of it.", content: .json(.object(.webhookTest)))
        ],
        ownProblems: [.webhookNotFound]
    ) { call in
        let webhook = try call.parameters.webhook()
        let actor = try call.actor()
        let outcome = try await HTTPWebhookSender.withSender(logger: call.logger) { sender in
            try await call.webhooks.test(webhook, by: sender, key: call.scopedKey, as: actor)
        }
        if let problem = outcome.problem {
            call.logger.notice(
                "a webhook's test was not taken", metadata: ["webhook": "\(webhook)", "problem": "\(problem)"])
        }
        return .json(
            .members([
                "taken": .bool(outcome.problem == nil), "status": outcome.status.map { .integer(Int64($0)) },
                "problem": outcome.problem.map { .string($0.outward(status: outcome.status)) },
            ]))
    }

    // MARK: Deliveries

    private static let filters: [Parameter] = [
        .query(
            "state", .string(.choice(PendingDelivery.State.allCases.map(\.rawValue))),
            "Only what is waiting for an attempt, or what is parked."),
        .query("after", positions, "Where the page begins: behind this position."), .limit,
    ]

    private static let deliveries = Route(
        method: .get, path: path + "/{webhook}/deliveries", name: "listDeliveries", group: .notification,
        access: .roles(keepers),
        summary: "What a webhook has still to be sent: the next event of each stream.",
        description:
            "Events behind it in the stream wait for it, so that they arrive in order. What was sent is not listed. Operators are not shown the types of confidential events.",
        parameters: [.webhook] + filters,
        successes: [
            Route.Success(
                status: .ok, description: "A page.",
                content: .json(.object(Page.schema("DeliveryPage", of: .pendingDelivery))),
                headers: [.link])
        ],
        ownProblems: [.webhookNotFound]
    ) { call in
        let webhook = try call.parameters.webhook()
        let limit = call.parameters.integer("limit") ?? 100
        let pending = try await call.webhooks.pendingDeliveries(
            PendingDeliveryFilter(
                webhook: webhook, state: call.parameters.text("state").flatMap(PendingDelivery.State.init(rawValue:)),
                after: call.parameters.integer("after").map { Position(rawValue: Int64($0)) } ?? .start, limit: limit))
        return Page(
            items: pending.map { $0.representation(for: call.role) },
            next: pending.count == limit ? pending.last?.position.description : nil
        ).answer(path: "\(path)/\(webhook)/deliveries", query: call.parameters.query(of: filters))
    }

    private static let replay = Route(
        method: .post, path: path + "/{webhook}/replay", name: "replayWebhook", group: .notification,
        access: .roles(keepers),
        summary: "Tries again at once what is parked or waits for a retry; or sends again what was sent.",
        description: """
            A webhook that was stopped begins again. To an operator, a position from before the webhook began is refused with \
            auditor-required.
            """, parameters: [.webhook, .idempotencyKey],
        body: .json(
            ObjectSchema(
                "Replay", "What to send; all that waits unless told.",
                [
                    .optional(
                        "stream", .string(.text(1...128)), "Only what waits of this stream, such as device/DSC-7."),
                    .optional("after", positions, "Send again everything behind this position; not with a stream."),
                ]), isRequired: false),
        successes: [Route.Success(status: .accepted, description: "It will be sent.", content: .none)],
        ownProblems: [.webhookNotFound, .auditorRequired]
    ) { call in
        let webhook = try call.parameters.webhook()
        let name = call.body.optionalText("stream")
        let stream = name.flatMap { StreamID(name: $0) }
        guard name == nil || stream != nil else {
            throw FieldProblem(.pointer("/stream"), .refused("there is no such stream"))
        }
        if let after = call.body.optionalInteger("after") {
            guard stream == nil else { throw FieldProblem(.pointer("/after"), .refused("after is for all streams")) }
            try await call.webhooks.rewind(
                webhook, after: Position(rawValue: after), key: call.scopedKey, as: call.actor(),
                correlation: call.requestID)
        } else {
            try await call.webhooks.replay(
                webhook, stream: stream, key: call.scopedKey, as: call.actor(), correlation: call.requestID)
        }
        return Answer(status: .accepted)
    }

    private static func secret(_ secret: WebhookSecret, of webhook: WebhookID) -> JSONValue {
        ["id": .string(webhook.description), "secret": .string(secret.text)]
    }
}
