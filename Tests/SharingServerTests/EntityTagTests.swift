import Canonical
import TestSupport
import Testing

/// Versions of records, for those who write and those who read again.
@Suite(.fewAtOnce) struct EntityTagTests {
    private static func tag(_ reply: Reply) -> String? { reply.headers.first(name: "ETag") }

    private static let moved: JSONValue = ["entity": "e2", "entityKind": "individual", "registeredAt": .string(API.longAgo)]

    @Test func aTagIsOfTheRecordAloneAndNotOfWhatBelongsToOthers() async throws {
        try await API.run { api in
            try await api.user("alice", entity: "e1")
            try await api.user("bob", entity: "e1")
            let user = try await api.send(.GET, "/v1/users/bob", as: .portal)
            #expect(Self.tag(user) == "\"v1\"")
            try await api.device("card", of: "bob")
            try await api.device("spare", of: "bob")
            let device = try await api.send(.GET, "/v1/devices/card", as: .portal)
            #expect(
                Self.tag(try await api.send(.GET, "/v1/users/bob", as: .portal)) == "\"v1\"", "devices have records of their own")
            let request = try await api.send(.POST, "/v1/share-requests", as: .portal, body: API.submission())
            #expect(request.json["state"] == "active")
            for (path, tag) in [
                ("/v1/users/alice", "\"v1\""), ("/v1/users/bob", "\"v1\""), ("/v1/devices/card", Self.tag(device)),
            ] {
                for language in ["en", "zh-Hant"] {
                    let later = try await api.send(.GET, path, as: .portal, headers: [("Accept-Language", language)])
                    #expect(Self.tag(later) == tag, "\(path)")
                }
            }
            // A tag from before the sharing is good for a write still.
            let write = try await api.send(
                .PUT, "/v1/users/alice", as: .portal, body: Self.moved, headers: [("If-Match", "\"v1\"")])
            #expect(write.status == 200 && Self.tag(write) == "\"v2\"")
        }
    }

    @Test func aRecordsTagMovesWithEachChangeOfIt() async throws {
        try await API.run { api in
            try await api.user("alice", entity: "e1")
            let path = "/v1/users/alice"
            var tags = [Self.tag(try await api.send(.GET, path, as: .portal))]
            tags.append(Self.tag(try await api.send(.PUT, path, as: .portal, body: Self.moved)))
            tags.append(Self.tag(try await api.send(.PUT, path + "/identity", as: .portal, body: ["dateOfBirth": "1980-02-29"])))
            tags.append(Self.tag(try await api.send(.DELETE, path + "/identity", as: .portal)))
            tags.append(Self.tag(try await api.send(.DELETE, path, as: .portal)))
            #expect(tags == ["\"v1\"", "\"v2\"", "\"v3\"", "\"v4\"", "\"v5\""])
        }
    }

    @Test func answersToCommandsHaveTheTagOfWhatTheyChanged() async throws {
        try await API.run { api in
            let id = try await api.pendingRequest()
            let path = "/v1/share-requests/\(id)"
            let shown = try await api.send(.GET, path, as: .compliance)
            let claim = try await api.send(
                .POST, path + "/claim", as: .compliance, body: [:], headers: [("If-Match", Self.tag(shown) ?? "")])
            #expect(claim.status == 200)
            #expect(Self.tag(claim) == Self.tag(try await api.send(.GET, path, as: .compliance)))
            #expect(Self.tag(claim) != Self.tag(shown))
            let stale = try await api.send(
                .POST, path + "/approval", as: .compliance, body: [:], headers: [("If-Match", Self.tag(shown) ?? "")])
            #expect(stale.status == 412)
            let approval = try await api.send(
                .POST, path + "/approval", as: .compliance, body: [:], headers: [("If-Match", Self.tag(claim) ?? "")])
            #expect(approval.json["state"] == "active")
            let end = try await api.send(
                .POST, "/v1/sharings/\(id)/end", as: .portal, body: ["by": "requester"],
                headers: [("If-Match", Self.tag(approval) ?? "")])
            #expect(end.status == 200)
            #expect(Self.tag(end) == Self.tag(try await api.send(.GET, path, as: .compliance)))
            let loss = try await api.send(.POST, "/v1/devices/card/deactivation", as: .portal, body: ["lost": true])
            #expect(Self.tag(loss) == Self.tag(try await api.send(.GET, "/v1/devices/card", as: .portal)))
        }
    }

    @Test func aRepeatedSubmissionHasTheTagOfTheFirstTime() async throws {
        try await API.run { api in
            try await api.smallDirectory()
            let (body, key) = (API.submission(), [("Idempotency-Key", "k-1")])
            let first = try await api.send(.POST, "/v1/share-requests", as: .portal, body: body, headers: key)
            #expect(first.status == 201)
            let id = try #require(first.json["id"]?.stringValue)
            #expect(Self.tag(first) == Self.tag(try await api.send(.GET, "/v1/share-requests/\(id)", as: .portal)))
            _ = try await api.send(.POST, "/v1/sharings/\(id)/end", as: .portal, body: ["by": "requester"])
            let again = try await api.send(.POST, "/v1/share-requests", as: .portal, body: body, headers: key)
            #expect(again.status == 201 && Self.tag(again) == Self.tag(first))
            #expect(Self.tag(try await api.send(.GET, "/v1/share-requests/\(id)", as: .portal)) != Self.tag(first))
        }
    }

    @Test func anyTagOfAListMatchesAndWeakOnesNever() async throws {
        try await API.run { api in
            let path = "/v1/users/alice"
            try await api.user("alice", entity: "e1")
            func put(_ headers: [(String, String)], entity: String = "e1") async throws -> Int {
                let body: JSONValue = [
                    "entity": .string(entity), "entityKind": "individual", "registeredAt": .string(API.longAgo),
                ]
                return try await api.send(.PUT, path, as: .portal, body: body, headers: headers).status
            }
            for (list, status) in [
                ("\"v99\", \"v1\"", 200), ("\"v1\",\"v99\"", 200), (" \"a,b\" ,\t\"v1\"", 200), ("*", 200),
                ("\"v99\", \"v98\"", 412),
                ("W/\"v1\"", 412), ("W/\"v1\", \"v1\"", 200), ("\"\"", 412), ("\"v01\"", 412), ("\"V1\"", 412), ("v1", 400),
                ("\"v1", 400), ("\"v1\" \"v2\"", 400), ("*, \"v1\"", 400), ("\"v1\",", 400),
            ] {
                #expect(try await put([("If-Match", list)]) == status, "If-Match: \(list)")
            }
            // Several lines are one list.
            #expect(try await put([("If-Match", "\"v99\""), ("If-Match", "\"v1\"")]) == 200)
            for (list, status) in [("*", 412), ("\"v1\"", 412), ("W/\"v1\"", 412), ("\"v99\", W/\"v1\"", 412), ("\"v99\"", 200)] {
                #expect(try await put([("If-None-Match", list)]) == status, "If-None-Match: \(list)")
            }
            #expect(try await put([("If-Match", "\"v1\""), ("If-None-Match", "\"v1\"")]) == 412, "both must hold")
            #expect(try await put([("If-Match", "*"), ("If-None-Match", "\"v2\"")]) == 200)
            // Nothing of all this changed anything.
            #expect(Self.tag(try await api.send(.GET, path, as: .portal)) == "\"v1\"")
            #expect(try await api.send(.DELETE, "/v1/users/nobody", as: .portal, headers: [("If-Match", "*")]).status == 412)
        }
    }

    @Test func whoHasARecordAlreadyIsToldSoAndNotSentIt() async throws {
        try await API.run { api in
            let id = try await api.pendingRequest()
            for path in ["/v1/users/bob", "/v1/devices/card", "/v1/share-requests/\(id)"] {
                let shown = try await api.send(.GET, path, as: .portal)
                let tag = try #require(Self.tag(shown))
                for list in [tag, "W/\(tag)", "\"other\", \(tag)", "*"] {
                    let again = try await api.send(.GET, path, as: .portal, headers: [("If-None-Match", list)])
                    #expect(again.status == 304, "\(path) \(list)")
                    #expect(again.bytes.isEmpty && Self.tag(again) == tag && again.headers.first(name: "Content-Type") == nil)
                }
                for list in ["\"other\"", "\"v77\""] {
                    let again = try await api.send(.GET, path, as: .portal, headers: [("If-None-Match", list)])
                    #expect(again.status == 200 && again.json == shown.json, "\(path) \(list)")
                }
            }
            #expect(try await api.send(.GET, "/v1/users/nobody", as: .portal, headers: [("If-None-Match", "*")]).status == 404)
        }
    }

    /// The tag does not tell of a sharing, so nobody is told to go on with what was read before it began.
    @Test func whatASharingHasChangedIsNeverCalledUnchanged() async throws {
        try await API.run { api in
            try await api.smallDirectory()
            let seen = [("If-None-Match", "\"v1\", \"v2\"")]
            #expect(try await api.send(.GET, "/v1/users/alice", as: .portal, headers: seen).status == 304)
            let request = try await api.send(.POST, "/v1/share-requests", as: .portal, body: API.submission())
            let id = try #require(request.json["id"]?.stringValue)
            #expect(try await api.send(.GET, "/v1/users/alice", as: .portal, headers: seen).json["loginDevice"] == "card")
            #expect(
                try await api.send(.GET, "/v1/devices/card", as: .portal, headers: seen).json["sharings"]?.arrayValue?.count == 1)
            _ = try await api.send(.POST, "/v1/sharings/\(id)/end", as: .portal, body: ["by": "requester"])
            #expect(try await api.send(.GET, "/v1/users/alice", as: .portal, headers: seen).status == 200)
        }
    }
}
