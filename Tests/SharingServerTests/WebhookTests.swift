import Canonical
import DeviceSharing
import Foundation
import SharingEngine
import SharingWebhooks
import StandardWebhooks
import TestSupport
import Testing

@Suite(.fewAtOnce) struct WebhookTests {
    private static let hooks = "/v1/webhooks"

    private func add(
        _ api: API, _ url: String = "https://hooks.example/x", key: String? = nil, types: [String] = [],
        after: Int64? = nil, as role: DeviceSharing.Role = .operator
    ) async throws -> Reply {
        try await api.send(
            .POST, Self.hooks, as: role,
            body: .members([
                "url": .string(url), "eventTypes": .array(types.map { .string($0) }), "after": after.map { .integer($0) },
            ]), headers: key.map { [("Idempotency-Key", $0)] } ?? [])
    }

    @Test func aWebhookIsMadeShownAndRemoved() async throws {
        try await API.run { api in
            let made = try await add(api, types: ["sharing-activated"])
            #expect(made.status == 201)
            let id = try #require(made.json["id"]?.stringValue)
            #expect(made.headers.first(name: "Location") == "\(Self.hooks)/\(id)")
            #expect(WebhookSecret(made.json["secret"]?.stringValue ?? "") != nil)
            let shown = try await api.send(.GET, "\(Self.hooks)/\(id)", as: .auditor)
            #expect(shown.json["url"] == "https://hooks.example/x")
            #expect(shown.json["eventTypes"] == ["sharing-activated"])
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
        try await API.run(webhooks: WebhookLimits(), allowsPrivateReceivers: true) { api in
            try await Receiver.listening { receiver in
                let made = try await add(api, receiver.url)
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
                // The event of the replay is in a stream of its own, and may come before or after it.
                let registered = events.last { $0["type"] == "device-sharing.user-registered" }
                // The request's id is in the message, by way of the event.
                #expect(registered?["correlation"]?.stringValue?.isEmpty == false)
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
            #expect(try await api.send(.POST, path, as: .operator, body: ["after": 1_000_000]).status == 202)
        }
    }

    @Test func confidentialEventsAndThePastAreRefusedToOperatorsAndNotToAuditors() async throws {
        try await API.run { api in
            for reply in [
                try await add(api, types: ["share-request-noted"]), try await add(api, after: 0),
            ] {
                #expect(reply.status == 403)
                #expect(reply.code == "auditor-required")
            }
            let id = try #require(try await add(api).json["id"]?.stringValue)
            let past = try await api.send(.POST, "\(Self.hooks)/\(id)/replay", as: .operator, body: ["after": 0])
            #expect(past.code == "auditor-required")
            let shown = try await api.send(.GET, "\(Self.hooks)/\(id)", as: .operator)
            #expect(shown.json["confidential"] == false)
            #expect(shown.json["audience"] == "internal")
            let made = try await add(api, types: ["share-request-noted"], after: 0, as: .auditor)
            #expect(made.status == 201)
            let events = try await api.send(.GET, "/v1/events?type=webhook-added", as: .auditor)
            #expect(events.json["items"]?.arrayValue?.map { $0["data"]?["confidential"] } == [false, true])
        }
    }

    @Test func operatorsDoNotSeeWhichConfidentialEventsWait() async throws {
        try await API.run { api in
            let request = try await api.pendingRequest()
            let id = try #require(
                try await add(api, types: ["share-request-noted", "user-registered"], after: 0, as: .auditor)
                    .json["id"]?.stringValue)
            try await api.send(
                .POST, "/v1/share-requests/\(request)/notes", as: .compliance, body: ["text": "SECRET"])
            let connection = try await api.database.connect()
            _ = try await connection.query("SELECT devshare.webhook_fan_out(1, $1, 100, '{}')", id.uuid)
            await connection.close()
            func types(as role: DeviceSharing.Role) async throws -> [String?] {
                let page = try await api.send(.GET, "\(Self.hooks)/\(id)/deliveries", as: role)
                #expect(page.status == 200)
                return page.json["items"]?.arrayValue?.map { $0["eventType"]?.stringValue } ?? []
            }
            #expect(try await types(as: .auditor).contains("share-request-noted"))
            let seen = try await types(as: .operator)
            #expect(seen.contains("user-registered"))
            #expect(seen.contains(nil))
            #expect(!seen.contains("share-request-noted"))
        }
    }

    /// A closed port, a name that there is not, an address that nothing is sent to: one answer.
    @Test func aTestDoesNotTellWhichHostsAndPortsThereAre() async throws {
        try await API.run(allowsPrivateReceivers: true) { api in
            var answers: Set<String> = []
            for url in [
                "http://127.0.0.1:9/", "https://no-such-host.invalid/", "https://127.0.0.1:9/",
                "http://169.254.169.254/latest/meta-data/", "http://[::ffff:169.254.169.254]/",
            ] {
                let made = try await add(api, url)
                let id = try #require(made.json["id"]?.stringValue, "\(url)")
                answers.insert(try await api.send(.POST, "\(Self.hooks)/\(id)/test", as: .operator).text)
            }
            #expect(answers.count == 1, "\(answers)")
            #expect(answers.first?.contains("no-answer") == true)
        }
    }

    @Test func whetherReceiversMayBePrivateIsNotForTheCallerToSay() async throws {
        try await API.run { api in
            let reply = try await api.send(
                .POST, Self.hooks, as: .operator, body: ["url": "http://127.0.0.1:9/", "allowsPrivate": true])
            #expect(reply.status == 400)
            let plain = try await add(api, "http://127.0.0.1:9/")
            #expect(plain.json["errors"]?.arrayValue?.first?["pointer"] == "/url")
        }
    }
}

extension String {
    fileprivate var uuid: UUID { UUID(uuidString: self) ?? UUID() }
}
