import Canonical
import DeviceSharing
import SharingEngine
import StandardWebhooks
import TestSupport
import Testing

@testable import SharingServer

@Suite(.fewAtOnce) struct WebhookTests {
    private static let hooks = "/v1/webhooks"

    private func add(
        _ api: API, _ url: String = "https://hooks.example/x", key: String? = nil, types: [String] = [],
        allowsPrivate: Bool = false
    ) async throws -> Reply {
        try await api.send(
            .POST, Self.hooks, as: .operator,
            body: [
                "url": .string(url), "eventTypes": .array(types.map { .string($0) }),
                "allowsPrivate": .bool(allowsPrivate),
            ], headers: key.map { [("Idempotency-Key", $0)] } ?? [])
    }

    @Test func aWebhookIsMadeShownAndRemoved() async throws {
        try await API.run { api in
            let made = try await add(api, types: ["share-request-approved"])
            #expect(made.status == 201)
            let id = try #require(made.json["id"]?.stringValue)
            #expect(made.headers.first(name: "Location") == "\(Self.hooks)/\(id)")
            #expect(WebhookSecret(made.json["secret"]?.stringValue ?? "") != nil)
            let shown = try await api.send(.GET, "\(Self.hooks)/\(id)", as: .auditor)
            #expect(shown.json["url"] == "https://hooks.example/x")
            #expect(shown.json["eventTypes"] == ["share-request-approved"])
            #expect(shown.json["createdBy"] == "test")
            #expect(!shown.text.contains("whsec_"))
            #expect(try await api.send(.GET, Self.hooks, as: .operator).json["items"]?.arrayValue?.count == 1)
            #expect(try await api.send(.DELETE, "\(Self.hooks)/\(id)", as: .operator).status == 204)
            let gone = try await api.send(.GET, "\(Self.hooks)/\(id)", as: .operator)
            #expect(gone.status == 404)
            #expect(gone.code == "webhook-not-found")
        }
    }

    @Test func anIdempotencyKeyMakesOneWebhookAndRotatesOnce() async throws {
        try await API.run { api in
            let first = try await add(api, key: "k")
            let again = try await add(api, key: "k")
            #expect(first.status == 201)
            #expect(again.status == 201)
            #expect(again.json == first.json)
            let other = try await add(api, "https://hooks.example/y", key: "k")
            #expect(other.status == 422)
            #expect(other.code == "idempotency-key-reused")
            let id = try #require(first.json["id"]?.stringValue)
            func rotate(_ key: String) async throws -> JSONValue {
                try await api.send(
                    .POST, "\(Self.hooks)/\(id)/secret", as: .operator, headers: [("Idempotency-Key", key)]
                ).json
            }
            let rotated = try await rotate("r1")
            #expect(rotated["secret"] != first.json["secret"])
            #expect(try await rotate("r1") == rotated)
            #expect(try await rotate("r2") != rotated)
        }
    }

    @Test(arguments: ["http://hooks.example/", "https://user@hooks.example/", "ftp://hooks.example/", "nonsense"])
    func anAddressThatCannotBeSentToIsRefusedWithItsPlace(url: String) async throws {
        try await API.run { api in
            let reply = try await add(api, url)
            #expect(reply.status == 400)
            #expect(reply.json["errors"]?.arrayValue?.first?["pointer"] == "/url")
        }
    }

    @Test func eventsReachAReceiverAndWhatIsRefusedIsShownAndReplayed() async throws {
        try await API.run(webhooks: WebhookLimits()) { api in
            try await Receiver.listening { receiver in
                let made = try await add(api, receiver.url, allowsPrivate: true)
                let id = try #require(made.json["id"]?.stringValue)
                let secret = try #require(WebhookSecret(made.json["secret"]?.stringValue ?? ""))
                #expect(try await api.send(.POST, "\(Self.hooks)/\(id)/test", as: .operator).json["taken"] == true)
                receiver.behave { _ in .status(500) }
                try await api.user("alice", entity: "e1")
                try await eventually("the refusal is shown") {
                    let page = try await api.send(.GET, "\(Self.hooks)/\(id)/deliveries", as: .auditor)
                    return page.json["items"]?.arrayValue?.first?["status"] == 500
                }
                receiver.behave { _ in .ok }
                let replayed = try await api.send(
                    .POST, "\(Self.hooks)/\(id)/replay", as: .operator, body: ["stream": "user/alice"])
                #expect(replayed.status == 202)
                try await eventually("all is sent") {
                    try await api.send(.GET, "\(Self.hooks)/\(id)", as: .operator).json["waiting"] == 0
                }
                let messages = receiver.messages
                #expect(messages.count >= 3)
                for message in messages {
                    try WebhookVerifier(secret).verify(#require(message.webhookHeaders), body: message.body)
                }
                let events = try messages.map { try JSONValue(parsing: $0.body) }
                #expect(events.first?["type"] == "device-sharing.webhook-tested")
                #expect(events.last?["type"] == "device-sharing.user-registered")
                // The request's id is in the message, by way of the event.
                #expect(events.last?["correlation"]?.stringValue?.isEmpty == false)
            }
        }
    }

    @Test func aStreamThatCannotBeIsRefused() async throws {
        try await API.run { api in
            let id = try #require(try await add(api).json["id"]?.stringValue)
            let path = "\(Self.hooks)/\(id)/replay"
            for body in [["stream": "nonsense"], ["stream": "device/D-1", "after": 0]] as [JSONValue] {
                #expect(try await api.send(.POST, path, as: .operator, body: body).status == 400)
            }
            #expect(try await api.send(.POST, path, as: .operator, body: ["after": 0]).status == 202)
        }
    }
}
