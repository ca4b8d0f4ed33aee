import Canonical
import DeviceSharing
import Testing

@Suite("The type of a consent", .fewAtOnce)
struct ConsentTypeTests {
    private static func submission(_ members: [(String, JSONValue)]) -> JSONValue {
        [
            "requester": "alice", "owner": "bob", "device": "card",
            "consent": .object(.of(members.map { ($0.0, $0.1) })),
        ]
    }

    private static let members: [(String, JSONValue)] = [
        ("method", "device-challenge"), ("givenAt", .string(Timestamp.now.description)), ("reference", "C-1"),
    ]

    @Test("is asserted, also where it is left out, and is told in the answer and in the event")
    func asserted() async throws {
        try await API.run { api in
            try await api.smallDirectory()
            let reply = try await api.send(
                .POST, "/v1/share-requests", as: .portal, body: Self.submission(Self.members),
                headers: [("Idempotency-Key", "K")])
            #expect(reply.status == 201)
            #expect(reply.json["consent"]?["type"] == "asserted")
            let events = try await api.send(.GET, "/v1/events?type=share-request-submitted", as: .auditor)
            #expect(events.json["items"]?.arrayValue?.first?["data"]?["consent"]?["type"] == "asserted")
            let told = try await api.send(
                .POST, "/v1/share-requests", as: .portal, body: Self.submission(Self.members + [("type", "asserted")]),
                headers: [("Idempotency-Key", "K")])
            #expect(told.status == 201, "it is the same request under its key: \(told.text)")
            #expect(told.json["id"] == reply.json["id"])
        }
    }

    @Test(
        "is refused where it is unknown, whatever else the consent has, with the known ones named",
        arguments: [[], [("assertion", "eyJ…")], members])
    func unknown(members: [(String, JSONValue)]) async throws {
        try await API.run { api in
            try await api.smallDirectory()
            let body = Self.submission([("type", "signed")] + members)
            for path in ["/v1/share-requests", "/v1/dry-runs"] {
                let reply = try await api.send(.POST, path, as: .portal, body: body)
                #expect(reply.status == 422)
                #expect(reply.code == "unknown-consent-type")
                #expect(reply.json["parameters"] == ["type": "signed", "known": ["asserted"]])
                #expect(reply.json["advice"]?.stringValue?.contains("asserted") == true)
            }
            let request = try #require(
                try await api.send(.POST, "/v1/share-requests", as: .portal, body: API.submission()).json["id"]?.stringValue)
            let end = try await api.send(
                .POST, "/v1/sharings/\(request)/end", as: .portal,
                body: ["by": "owner", "consent": .object(.of([("type", "signed")]))])
            #expect(end.code == "unknown-consent-type")
        }
    }

    @Test("is a text")
    func shape() async throws {
        try await API.run { api in
            for type: JSONValue in [7, .null, [], "", .string(String(repeating: "x", count: 65))] {
                let reply = try await api.send(
                    .POST, "/v1/dry-runs", as: .portal, body: Self.submission(Self.members + [("type", type)]))
                #expect(reply.status == 400)
                #expect(reply.json["errors"]?.arrayValue?.map { $0["pointer"] } == ["/consent/type"])
            }
        }
    }
}
