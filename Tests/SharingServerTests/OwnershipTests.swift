import Canonical
import DeviceSharing
import TestSupport
import Testing

/// Which portal sees a request, and which may act on it.
@Suite(.fewAtOnce) struct OwnershipTests {
    private static let requests = "/v1/share-requests"

    private func ids(_ reply: Reply) -> [String?] { (reply.json["items"]?.arrayValue ?? []).map { $0["id"]?.stringValue } }

    private static func consent(_ moment: Timestamp = .now) -> JSONValue {
        ["method": "credentials", "givenAt": .string(moment.description), "reference": "E-1"]
    }

    @Test func aPortalSeesAndWithdrawsRequestsOfItsOwnAlone() async throws {
        try await API.run { api in
            let request = try await api.pendingRequest()  // by the portal "test"
            let path = "\(Self.requests)/\(request)"
            let foreign = try await api.send(.GET, path, as: .portal, subject: "other")
            let unknown = try await api.send(
                .GET, "\(Self.requests)/01a20e64-8d78-79a4-8586-66c66fd02001", as: .portal, subject: "other")
            #expect(foreign.status == 404)
            #expect(foreign.code == unknown.code)
            let withdrawal = try await api.send(.POST, path + "/withdrawal", as: .portal, subject: "other")
            #expect(withdrawal.code == "request-not-found")
            for query in ["", "?state=compliance-pending", "?participant=alice", "?device=new"] {
                let all = try await api.send(.GET, Self.requests + query, as: .compliance)
                #expect(ids(all) == [request], "\(query)")
                let own = try await api.send(.GET, Self.requests + query, as: .portal)
                #expect(ids(own) == [request], "\(query)")
                let others = try await api.send(.GET, Self.requests + query, as: .portal, subject: "other")
                #expect(ids(others) == [], "\(query)")
            }
            #expect(try await api.send(.POST, path + "/withdrawal", as: .portal).json["state"] == "withdrawn")
        }
    }

    @Test func aSharingIsEndedByItsPortalForTheRequesterAndByAnyWithTheOwnersConsent() async throws {
        try await API.run { api in
            try await api.smallDirectory()
            func share() async throws -> String {
                let reply = try await api.send(.POST, Self.requests, as: .portal, body: API.submission())
                #expect(reply.json["state"] == "active")
                return try #require(reply.json["id"]?.stringValue)
            }
            func end(_ request: String, as portal: String, _ body: JSONValue) async throws -> Reply {
                try await api.send(.POST, "/v1/sharings/\(request)/end", as: .portal, subject: portal, body: body)
            }
            let first = try await share()
            #expect(ids(try await api.send(.GET, "/v1/sharings", as: .portal, subject: "other")) == [])
            #expect(ids(try await api.send(.GET, "/v1/sharings", as: .portal)) == [first])
            #expect(try await end(first, as: "other", ["by": "requester"]).code == "sharing-not-found")
            for portal in ["other", "test"] {
                #expect(try await end(first, as: portal, ["by": "owner"]).code == "owner-consent-missing")
            }
            let stale = Self.consent(Timestamp.now.advanced(by: .seconds(-3_600)))
            #expect(try await end(first, as: "other", ["by": "owner", "consent": stale]).code == "invalid-input")
            let ended = try await end(first, as: "other", ["by": "owner", "consent": Self.consent()])
            #expect(ended.json["endedAt"] != nil)
            let events = try await api.send(.GET, "/v1/events?type=sharing-ended", as: .auditor)
            #expect(events.json["items"]?.arrayValue?.first?["data"]?["consent"]?["reference"] == "E-1")

            let second = try await share()
            #expect(try await end(second, as: "test", ["by": "requester"]).status == 200)
        }
    }

    /// A log that a program of before has written does not say in its events who submitted.
    @Test func aRequestOfBeforeIsOpenToEveryPortal() async throws {
        try await API.run { api in
            let request = try await api.pendingRequest()
            let connection = try await api.database.connect()
            try await connection.execute(
                script: """
                    ALTER TABLE devshare.event DISABLE TRIGGER ALL;
                    UPDATE devshare.event SET data = regexp_replace(data, ',"submitter":"[^"]*"', '')
                     WHERE type = 'share-request-submitted';
                    ALTER TABLE devshare.event ENABLE TRIGGER ALL;
                    UPDATE devshare.share_request SET submitter = NULL;
                    """)
            await connection.close()
            for portal in ["test", "other"] {
                #expect(ids(try await api.send(.GET, Self.requests, as: .portal, subject: portal)) == [request])
                let shown = try await api.send(.GET, "\(Self.requests)/\(request)", as: .portal, subject: portal)
                #expect(shown.status == 200)
            }
            let withdrawn = try await api.send(
                .POST, "\(Self.requests)/\(request)/withdrawal", as: .portal, subject: "other")
            #expect(withdrawn.json["state"] == "withdrawn")
        }
    }
}
