import Canonical
import DeviceSharing
import TestSupport
import Testing

@testable import HTTPEdge
@testable import SharingAPI

@Suite(.fewAtOnce) struct IdempotencyTests {
    private static let path = "/v1/share-requests"

    @Test func theSameKeyAndBodyGiveTheSameAnswer() async throws {
        try await API.run { api in
            try await api.smallDirectory()
            let (body, headers) = (API.submission(), [("Idempotency-Key", "k-1")])
            let first = try await api.send(.POST, Self.path, as: .portal, body: body, headers: headers)
            let again = try await api.send(.POST, Self.path, as: .portal, body: body, headers: headers)
            #expect(again.status == 201)
            #expect(again.text == first.text)
            let other = try await api.send(
                .POST, Self.path, as: .portal, body: API.submission("alice", "bob", "new"), headers: headers)
            #expect(other.status == 422)
            #expect(other.code == "idempotency-key-reused")
            #expect(other.json["parameters"]?["key"] == "k-1")
            // Another client's key of the same name is another key.
            let stranger = try await api.send(
                .POST, Self.path, as: .portal, subject: "other", body: body, headers: headers)
            #expect(stranger.code == "already-shared")
        }
    }

    @Test func keysHoldAcrossNodesAtOnceAndAcrossARestart() async throws {
        let database = try await TestDatabase.migrated()
        let key = DevelopmentKey()
        let (body, headers) = (API.submission(), [("Idempotency-Key", "k-1")])
        try await API.run(database: database, key: key) { one in
            try await one.smallDirectory()
            try await API.run(database: database, key: key) { other in
                let answers = try await withThrowingTaskGroup(of: String.self) { group in
                    for number in 0..<40 {
                        let api = number.isMultiple(of: 2) ? one : other
                        group.addTask {
                            try await api.send(.POST, Self.path, as: .portal, body: body, headers: headers).text
                        }
                    }
                    return try await group.reduce(into: Set()) { $0.insert($1) }
                }
                #expect(answers.count == 1)
            }
        }
        try await API.run(database: database, key: key) { later in
            let again = try await later.send(.POST, Self.path, as: .portal, body: body, headers: headers)
            #expect(again.status == 201)
            #expect(try await later.send(.GET, Self.path, as: .portal).json["items"]?.arrayValue?.count == 1)
        }
    }

    @Test func aKeyMayHave255CharactersAllOfWhichCount() async throws {
        try await API.run { api in
            try await api.smallDirectory()
            let long = String(repeating: "k", count: 254)
            func submit(_ key: String, _ body: JSONValue) async throws -> Reply {
                try await api.send(.POST, Self.path, as: .portal, body: body, headers: [("Idempotency-Key", key)])
            }
            let body = API.submission()
            let first = try await submit(long + "1", body)
            #expect(first.status == 201)
            #expect(try await submit(long + "1", body).text == first.text)
            let other = try await submit(long + "1", API.submission("alice", "bob", "new"))
            #expect(other.code == "idempotency-key-reused")
            #expect(other.json["parameters"]?["key"] == .string(long + "1"))
            #expect(try await submit(long + "2", API.submission()).code == "already-shared")
            #expect(try await submit(long + "12", API.submission()).status == 400)
            let lines =
                #"{"type":"user","id":"zoe","entity":"E-9","entityKind":"individual","registeredAt":"2024-03-01T09:00:00Z","identity":{"dateOfBirth":"1980-02-29"}}"#
            let imported = try await api.send(
                .POST, "/v1/directory/import", as: .portal, text: lines,
                headers: [("Content-Type", "application/x-ndjson"), ("Idempotency-Key", long + "3")])
            #expect(imported.text.contains(#""status":"recorded""#))
        }
    }

    /// A dry run records nothing. A sync changes nothing but what is missing when it is told how much that is, so a repetition
    /// changes nothing either.
    private static let repeatable: Set<String> = ["dryRunShareRequest", "syncDirectory"]

    @Test func everyPostThatRecordsSomethingTakesAKey() {
        for route in RouteTable.all where route.method == .post && !Self.repeatable.contains(route.name) {
            #expect(route.takesIdempotencyKey, "\(route.name)")
        }
    }
}
