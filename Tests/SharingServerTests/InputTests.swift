import Canonical
import DeviceSharing
import EligibilityPolicy
import SharingEngine
import SharingLog
import TestSupport
import Testing

@testable import HTTPEdge
@testable import SharingAPI

/// What the policy asks portals for: how it comes in, what it does, and where it is seen again.
@Suite("The inputs of a request", .fewAtOnce) struct InputTests {
    private static let requests = "/v1/share-requests"

    /// The bundled policy, which also asks for a risk band, a country and whether the terminal is known.
    private static func policyText() throws -> String {
        try Installation.defaultPolicy().asPolicyVersion("2026.9").replacing(
            "\nrules:\n",
            with: """

                inputs:
                \(ExamplePolicy.input("riskBand", "choice, values: [low, medium, high], default: medium, required: true"))
                \(ExamplePolicy.input("country", "country, default: ZZ"))
                \(ExamplePolicy.input("terminalKnown", "boolean, default: false"))
                rules:
                \(ExamplePolicy.rule("risk-low", "input.riskBand == 'low'", otherwise: "review"))
                \(ExamplePolicy.rule("risk-not-high", "input.riskBand != 'high'"))

                """)
    }

    private func run(_ body: @Sendable @escaping (API) async throws -> Void) async throws {
        try await API.run { api in
            try await api.smallDirectory()
            _ = try await api.engine.activatePolicy(
                Self.policyText(), as: CommandContext(actor: Actor(id: "operator", role: .operator)))
            try await body(api)
        }
    }

    private static func submission(_ inputs: JSONValue?) -> JSONValue {
        guard let inputs, var members = API.submission().objectValue else { return API.submission() }
        members["inputs"] = inputs
        return .object(members)
    }

    @Test("decide, are told in the answer, are in the event as they are recorded, and count again when an officer approves")
    func story() async throws {
        try await run { api in
            let reply = try await api.send(
                .POST, Self.requests, as: .portal,
                body: Self.submission(["riskBand": "medium", "country": "deu", "terminalKnown": true]))
            #expect(reply.status == 201 && reply.json["state"] == "compliance-pending", "\(reply.text)")
            let recorded: JSONValue = ["country": "DE", "riskBand": "medium", "terminalKnown": true]
            #expect(reply.json["inputs"] == recorded)
            let events = try await api.send(.GET, "/v1/events?type=share-request-submitted", as: .auditor)
            #expect(events.json["items"]?.arrayValue?.first?["data"]?["inputs"] == recorded)
            let id = try #require(reply.json["id"]?.stringValue)
            let approved = try await api.send(.POST, "\(Self.requests)/\(id)/approval", as: .compliance, body: [:])
            #expect(approved.json["state"] == "active", "\(approved.text)")
            let decided = try await api.send(.GET, "/v1/events?type=share-request-approved", as: .auditor)
            #expect(decided.json["items"]?.arrayValue?.first?["data"]?["facts"]?["inputs"] == recorded)
        }
    }

    @Test("come with the requester's session, which is told and recorded as well")
    func session() async throws {
        try await run { api in
            var members = try #require(Self.submission(["riskBand": "low"]).objectValue)
            let session: JSONValue = [
                "methods": ["pwd", "hwk", "pwd"], "level": 3, "authenticatedAt": .string(Timestamp.now.description),
            ]
            members["session"] = session
            let reply = try await api.send(.POST, Self.requests, as: .portal, body: .object(members))
            #expect(reply.status == 201, "\(reply.text)")
            #expect(reply.json["session"]?["methods"] == ["hwk", "pwd"] && reply.json["session"]?["level"] == 3)
            let events = try await api.send(.GET, "/v1/events?type=share-request-approved", as: .auditor)
            let facts = try #require(events.json["items"]?.arrayValue?.first?["data"]?["facts"])
            #expect(facts["session"] == reply.json["session"])
        }
    }

    @Test(
        "and a session that is of the future, or not of RFC 8176, is refused",
        arguments: [
            (["methods": [], "level": 1, "authenticatedAt": "2999-01-01T00:00:00Z"], "invalid-input"),
            (["methods": ["password"], "level": 1, "authenticatedAt": "2026-01-01T00:00:00Z"], "request-invalid"),
            (["methods": [], "level": 11, "authenticatedAt": "2026-01-01T00:00:00Z"], "request-invalid"),
            (["methods": [], "level": 1], "request-invalid"),
        ] as [(JSONValue, String)])
    func refusedSession(session: JSONValue, code: String) async throws {
        try await run { api in
            var members = try #require(Self.submission(["riskBand": "low"]).objectValue)
            members["session"] = session
            let reply = try await api.send(.POST, Self.requests, as: .portal, body: .object(members))
            #expect(reply.status == (code == "invalid-input" ? 422 : 400) && reply.code == code, "\(reply.text)")
        }
    }

    @Test("are looked at by a dry run too")
    func dryRun() async throws {
        try await run { api in
            for (band, outcome) in [("low", "approve"), ("medium", "review"), ("high", "reject")] {
                let reply = try await api.send(
                    .POST, "/v1/dry-runs", as: .portal, body: Self.submission(["riskBand": .string(band)]))
                #expect(reply.json["outcome"]?.stringValue == outcome, "\(reply.text)")
            }
        }
    }

    @Test(
        "are refused by name where they are wrong, and nothing is recorded",
        arguments: [
            (nil, "inputs.riskBand", "is missing"), ([:], "inputs.riskBand", "is missing"),
            (["riskBand": "extreme"], "inputs.riskBand", "must be one of low, medium, high"),
            (["riskBand": "low", "riskScore": 7], "inputs.riskScore", "is not asked for"),
            (["riskBand": "low", "risk~/Band": 7], "inputs", "no name of an input"),
            ([String(repeating: "a", count: 60_000): 7], "inputs", "no name of an input"),
            (["riskBand": "low", "country": "Atlantis"], "inputs.country", "must be a country's code"),
            (["riskBand": "low", "terminalKnown": "yes"], "inputs.terminalKnown", "must be true or false"),
        ] as [(JSONValue?, String, String)])
    func refused(inputs: JSONValue?, field: String, problem: String) async throws {
        try await run { api in
            let reply = try await api.send(.POST, Self.requests, as: .portal, body: Self.submission(inputs))
            #expect(reply.status == 422 && reply.code == "invalid-input", "\(reply.text)")
            #expect(reply.json["parameters"]?["field"]?.stringValue == field, "\(reply.text)")
            #expect(reply.json["parameters"]?["problem"]?.stringValue?.contains(problem) == true, "\(reply.text)")
            let list = try await api.send(.GET, Self.requests, as: .compliance)
            #expect(list.json["items"] == [])
        }
    }

    @Test(
        "are words, whole numbers and flags",
        arguments: [nil, ["riskBand": []], ["riskBand": [:]], "low", ["riskBand": .null]] as [JSONValue?])
    func shape(inputs: JSONValue?) async throws {
        try await run { api in
            let reply = try await api.send(.POST, Self.requests, as: .portal, body: Self.submission(inputs ?? .null))
            #expect([400, 422].contains(reply.status), "\(reply.text)")
        }
    }

    @Test("are part of what an idempotency key stands for")
    func idempotency() async throws {
        try await run { api in
            // One consent, whose moment is part of the request too.
            let submission = try #require(Self.submission(["riskBand": "low"]).objectValue)
            func send(_ band: String) async throws -> Reply {
                var members = submission
                members["inputs"] = ["riskBand": .string(band)]
                return try await api.send(
                    .POST, Self.requests, as: .portal, body: .object(members), headers: [("Idempotency-Key", "K")])
            }
            let first = try await send("low")
            #expect(first.status == 201)
            #expect(try await send("low").json["id"] == first.json["id"])
            #expect(try await send("medium").code == "idempotency-key-reused")
        }
    }
}
