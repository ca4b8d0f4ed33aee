import Canonical
import DeviceSharing
import TestSupport
import Testing

@Suite(.fewAtOnce) struct ShareRequestTests {
    @Test func candidatesComeBestFirstWithWhatStandsAgainstTheOthers() async throws {
        try await API.run { api in
            try await api.smallDirectory()
            try await api.device("own", of: "alice")
            try await api.device("low", of: "bob", kind: "sls-card")
            let items =
                try await api.send(.GET, "/v1/users/alice/candidates", as: .portal).json["items"]?.arrayValue ?? []
            #expect(items.map { $0["device"]?.stringValue } == ["card", "new", "low"])
            #expect(items.map { $0["outcome"]?.stringValue } == ["approve", "review", "reject"])
            #expect(items.last?["reasons"]?.arrayValue?.first?["code"] == "device-security-level-too-low")
        }
    }

    @Test func aSubmissionIsDecidedAtOnceAndCanBeRead() async throws {
        try await API.run { api in
            try await api.smallDirectory()
            let reply = try await api.send(.POST, "/v1/share-requests", as: .portal, body: API.submission())
            #expect(reply.status == 201)
            #expect(reply.json["state"] == "active")
            let location = try #require(reply.headers.first(name: "Location"))
            let read = try await api.send(.GET, location, as: .portal)
            #expect(read.json == reply.json)
            #expect(read.headers.first(name: "ETag") != nil)
            let sharings = try await api.send(.GET, "/v1/sharings?participant=alice", as: .portal)
            #expect(sharings.json["items"]?.arrayValue?.first?["device"] == "card")
            let id = try #require(reply.json["id"]?.stringValue)
            let events = try await api.send(.GET, location + "/events", as: .auditor)
            #expect(
                events.json["items"]?.arrayValue?.map { $0["type"]?.stringValue }
                    == ["share-request-submitted", "share-request-approved", "sharing-activated"])
            let correlation = events.json["items"]?.arrayValue?.first?["metadata"]?["correlation"]
            #expect(correlation?.stringValue == reply.headers.first(name: "X-Request-ID"))
            let end = "/v1/sharings/\(id)/end"
            let unasked = try await api.send(.POST, end, as: .portal, body: ["by": "owner"])
            #expect(unasked.status == 422)
            #expect(unasked.code == "owner-consent-missing")
            let ended = try await api.send(
                .POST, end, as: .portal,
                body: [
                    "by": "owner",
                    "consent": [
                        "type": "asserted", "method": "credentials", "givenAt": .string(Timestamp.now.description),
                        "reference": "E-1",
                    ],
                ])
            #expect(ended.json["endedAt"] != nil)
            #expect(try await api.send(.GET, "/v1/sharings", as: .portal).json["items"] == [])
            #expect(
                try await api.send(.GET, "/v1/sharings?state=ended", as: .portal).json["items"]?.arrayValue?.count == 1)
        }
    }

    /// The request happened and is on record: a rejection by policy is an answer, not an error.
    @Test func aRejectionByPolicyIsAnAnswerInTheReadersLanguage() async throws {
        try await API.run { api in
            try await api.smallDirectory()
            try await api.device("own", of: "alice")
            try await api.device("low", of: "bob", kind: "sls-card")
            let reply = try await api.send(
                .POST, "/v1/share-requests", as: .portal, body: API.submission("alice", "bob", "low"),
                headers: [("Accept-Language", "fr, zh-HK;q=0.9, en;q=0.5")])
            #expect(reply.status == 201)
            #expect(reply.json["state"] == "rejected")
            let reason = try #require(reply.json["reasons"]?.arrayValue?.first)
            #expect(reason["code"] == "device-security-level-too-low")
            #expect(reason["parameters"]?["recommendedDevice"] == "card")
            #expect(reason["title"]?.stringValue?.unicodeScalars.contains { $0.value >= 0x4E00 } == true)
        }
    }

    @Test func whatNoPolicyPermitsIsRefusedAndNotOnRecord() async throws {
        try await API.run { api in
            try await api.smallDirectory()
            for (body, status, code) in [
                (API.submission("alice", "alice", "card"), 422, "requester-is-owner"),
                (API.submission("alice", "nobody", "card"), 404, "user-not-found"),
                (API.submission("alice", "bob", "nothing"), 404, "device-not-found"),
            ] {
                let reply = try await api.send(.POST, "/v1/share-requests", as: .portal, body: body)
                #expect(reply.status == status)
                #expect(reply.code == code)
                let page = try await api.send(.GET, try #require(reply.json["type"]?.stringValue))
                #expect(page.status == 200)
                #expect(page.text.contains(code))
            }
            #expect(try await api.send(.GET, "/v1/share-requests", as: .portal).json["items"] == [])
        }
    }

    @Test func aDryRunDecidesAndRecordsNothing() async throws {
        try await API.run { api in
            try await api.smallDirectory()
            let before = try await api.engine.log.head()
            let path = "/v1/dry-runs"
            // Who asks for a dry run as it once was done must not get a request.
            let asBefore = try await api.send(
                .POST, "/v1/share-requests?dryRun=true", as: .portal, body: API.submission())
            #expect(asBefore.status == 200)
            #expect(asBefore.json["outcome"] == "approve")
            let approved = try await api.send(.POST, path, as: .portal, body: API.submission())
            #expect(approved.status == 200)
            #expect(approved.json["outcome"] == "approve")
            let without = try await api.send(
                .POST, path, as: .portal, body: ["requester": "alice", "owner": "bob", "device": "card"])
            #expect(without.json["reasons"]?.arrayValue?.first?["code"] == "owner-consent-missing")
            let impossible = try await api.send(
                .POST, path, as: .portal, body: API.submission("alice", "bob", "nothing"))
            #expect(impossible.json["outcome"] == "reject")
            #expect(try await api.engine.log.head() == before)
        }
    }

    @Test func officersWorkAPendingRequestToItsDecision() async throws {
        try await API.run { api in
            let path = "/v1/share-requests/\(try await api.pendingRequest())"
            #expect(
                try await api.send(.POST, path + "/claim", as: .compliance, subject: "o1").json["claimedBy"] == "o1")
            let other = try await api.send(.POST, path + "/approval", as: .compliance, subject: "o2")
            #expect(other.status == 409)
            #expect(other.code == "invalid-transition")
            #expect(other.json["parameters"]?["claimedBy"] == "o1")
            #expect(other.json["parameters"]?["claimedUntil"] != nil)
            #expect(other.json["advice"]?.stringValue?.hasPrefix("o1 works on it until 2") == true)
            #expect(
                try await api.send(.POST, path + "/release", as: .compliance, subject: "o1").json["claimedBy"] == nil)
            try await api.send(.POST, path + "/notes", as: .compliance, body: ["text": "called back"])
            #expect(
                try await api.send(.POST, path + "/rejection", as: .compliance, body: ["reason": "whim"]).code
                    == "unknown-rejection-reason")
            let rejected = try await api.send(
                .POST, path + "/rejection", as: .compliance, body: ["reason": "suspected-fraud", "note": "called back"])
            #expect(rejected.json["state"] == "rejected")
            #expect(rejected.json["rejectedBy"] == "compliance")
            let withdrawal = try await api.send(.POST, path + "/withdrawal", as: .portal)
            #expect(withdrawal.code == "invalid-transition")
            #expect(withdrawal.json["parameters"] == ["attempted": "withdraw", "from": "rejected"])
            #expect(withdrawal.json["advice"] == "Look at the present state first.")
        }
    }

    @Test func anOfficersReasonIsInListsAndFindsRequests() async throws {
        try await API.run { api in
            let path = "/v1/share-requests/\(try await api.pendingRequest())"
            try await api.send(.POST, path + "/rejection", as: .compliance, body: ["reason": "suspected-fraud"])
            for reason in ["suspected-fraud", "device-recently-activated"] {
                let found = try await api.send(.GET, "/v1/share-requests?reason=\(reason)", as: .compliance)
                let request = try #require(found.json["items"]?.arrayValue?.first, "\(reason)")
                #expect(request["rejectionReason"] == "suspected-fraud")
                #expect(request["reasons"] == ["device-recently-activated"])
            }
            #expect(try await api.send(.GET, "/v1/share-requests?reason=other", as: .compliance).json["items"] == [])
            let unknown = try await api.send(.GET, "/v1/share-requests?reason=nonsense", as: .compliance)
            #expect(unknown.status == 422)
            #expect(unknown.code == "unknown-rejection-reason")
            #expect(unknown.json["parameters"]?["known"]?.arrayValue?.contains("suspected-fraud") == true)
        }
    }

    @Test func aServerAnswersInFullForARequestThatItHasJustReadFromTheLog() async throws {
        let database = try await TestDatabase.migrated()
        try await API.run(database: database) { api in _ = try await api.pendingRequest() }
        try await API.run(database: database) { api in
            let page = try await api.send(.GET, "/v1/share-requests", as: .compliance)
            let request = try #require(page.json["items"]?.arrayValue?.first?["id"]?.stringValue)
            let path = "/v1/share-requests/\(request)"
            let claimed = try await api.send(.POST, path + "/claim", as: .compliance, subject: "o1")
            #expect(claimed.status == 200)
            #expect(claimed.json["decision"]?["outcome"] == "review")
        }
    }

    @Test func aPendingRequestCanBeWithdrawn() async throws {
        try await API.run { api in
            let path = "/v1/share-requests/\(try await api.pendingRequest())"
            let again = try await api.send(.POST, "/v1/share-requests", as: .portal, body: API.submission())
            #expect(again.code == "request-already-open")
            let reply = try await api.send(.POST, path + "/withdrawal", as: .portal, body: ["note": "changed her mind"])
            #expect(reply.json["state"] == "withdrawn")
        }
    }

    @Test func listsAreFilteredAndPaged() async throws {
        try await API.run { api in
            try await api.smallDirectory()
            try await api.device("own", of: "alice")
            try await api.device("low", of: "bob", kind: "sls-card")
            for _ in 0..<5 {
                try await api.send(
                    .POST, "/v1/share-requests", as: .portal, body: API.submission("alice", "bob", "low"))
            }
            try await api.send(.POST, "/v1/share-requests", as: .portal, body: API.submission())
            func count(_ query: String) async throws -> Int {
                try await api.send(.GET, "/v1/share-requests?\(query)", as: .compliance).json["items"]?.arrayValue?
                    .count ?? -1
            }
            #expect(try await count("state=rejected") == 5)
            #expect(try await count("state=rejected&state=active") == 6)
            #expect(try await count("device=card") == 1)
            #expect(try await count("participant=bob") == 6)
            #expect(try await count("participant=nobody") == 0)
            #expect(try await count("reason=device-security-level-too-low") == 5)
            #expect(try await count("submittedBefore=2020-01-01T00:00:00Z") == 0)
            #expect(try await count("submittedFrom=2020-01-01T00%3A00%3A00Z") == 6)

            var seen: [String] = []
            var path: String? = "/v1/share-requests?limit=4&state=rejected"
            var pages = 0
            while let next = path {
                let page = try await api.send(.GET, next, as: .compliance)
                seen += page.json["items"]?.arrayValue?.compactMap { $0["id"]?.stringValue } ?? []
                path = page.headers.first(name: "Link")?.split(separator: ">").first.map { String($0.dropFirst()) }
                pages += 1
            }
            #expect(pages == 2)
            #expect(seen.count == 5)
            #expect(seen == seen.sorted())
        }
    }
}
