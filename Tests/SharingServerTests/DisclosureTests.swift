import Canonical
import DeviceSharing
import NIOHTTP1
import TestSupport
import Testing

@testable import HTTPEdge
@testable import SharingAPI

/// What a portal, and through it a client, is told of what officers do.
@Suite(.fewAtOnce) struct DisclosureTests {
    private static let requests = "/v1/share-requests"
    private static let languages = ["en", "zh-Hant", "zh-Hans"]

    /// What only officers and auditors may know: their names, their words, their reasons.
    private static let secrets =
        ["officer-one", "officer-two", "SECRET", "suspected-fraud", "Fraud is suspected", "懷疑涉及詐騙", "怀疑涉及诈骗"]

    /// Cases in which officers have done all that they can do.
    private struct Cases {
        let rejected: String
        let approved: String
        let ended: String
        let pending: String
        let mismatch: String

        var all: [String] { [rejected, approved, ended, pending, mismatch] }
    }

    private func cases(_ api: API) async throws -> Cases {
        func officer(_ verb: String, _ request: String, _ body: JSONValue? = nil) async throws {
            let reply = try await api.send(
                .POST, "\(Self.requests)/\(request)/\(verb)", as: .compliance, subject: "officer-one", body: body)
            #expect(reply.status == 200, "\(verb): \(reply.text)")
        }
        let rejected = try await api.pendingRequest("a")
        try await officer("claim", rejected)
        try await officer("notes", rejected, ["text": "SECRET note"])
        try await officer("rejection", rejected, ["reason": "suspected-fraud", "note": "SECRET rejection"])
        let approved = try await api.pendingRequest("b")
        try await officer("approval", approved, ["note": "SECRET approval"])
        let ended = try await api.pendingRequest("c")
        try await officer("approval", ended, ["note": "SECRET approval"])
        let end = try await api.send(
            .POST, "/v1/sharings/\(ended)/end", as: .compliance, subject: "officer-two",
            body: ["by": "compliance", "note": "SECRET end"])
        #expect(end.status == 200)
        let pending = try await api.pendingRequest("d")
        try await officer("claim", pending)
        try await officer("notes", pending, ["text": "SECRET note"])
        return Cases(
            rejected: rejected, approved: approved, ended: ended, pending: pending,
            mismatch: try await mismatchingRequest(api))
    }

    /// Two users of different entities whose dates of birth differ; a request for the device of the one is on record.
    private func mismatchingRequest(_ api: API) async throws -> String {
        for (user, birth) in [("ida", "1980-02-29"), ("ivo", "1981-01-01")] {
            try await api.user(user, entity: "entity-\(user)")
            try await api.send(.PUT, "/v1/users/\(user)/identity", as: .portal, body: Self.identity(bornOn: birth))
        }
        try await api.device("card-ivo", of: "ivo")
        let reply = try await api.send(
            .POST, Self.requests, as: .portal, body: API.submission("ida", "ivo", "card-ivo"))
        #expect(reply.json["state"] == "rejected")
        return try #require(reply.json["id"]?.stringValue)
    }

    private static func identity(bornOn birth: String) -> JSONValue {
        [
            "dateOfBirth": .string(birth), "citizenship": "HK", "residence": "HK",
            "document": ["type": "passport", "number": "K1234567"],
        ]
    }

    /// Every route that a portal may call, for every case and in every language: reading first, and then what it may order.
    @Test func noAnswerToAPortalNamesAnOfficerOrRepeatsAnOfficersNoteOrReason() async throws {
        try await API.run { api in
            let cases = try await cases(api)
            func check(_ method: HTTPMethod, _ path: String, body: JSONValue? = nil) async throws {
                for language in Self.languages {
                    let reply = try await api.send(
                        method, path, as: .portal, body: body, headers: [("Accept-Language", language)])
                    for secret in Self.secrets {
                        #expect(!reply.text.contains(secret), "\(method) \(path) tells \(secret): \(reply.text)")
                    }
                    guard path.hasPrefix("/v1/") else { continue }
                    for told in ["stopped-by-compliance", "date-of-birth", "date of birth", "出生日期", "rulings"] {
                        // What is on file of a user is known to whoever put it there.
                        if told == "date-of-birth", path.hasPrefix("/v1/users/") { continue }
                        #expect(!reply.text.contains(told), "\(method) \(path) tells \(told): \(reply.text)")
                    }
                }
            }
            for route in RouteTable.all where route.method == .get && !route.isStream {
                guard route.roles.isEmpty || route.roles.contains(.portal) else { continue }
                for request in cases.all {
                    for user in ["requester-a", "ida"] {
                        try await check(.GET, route.filled(user: user, device: "card-a", request: request))
                    }
                }
            }
            for filter in ["", "?state=rejected", "?state=ended", "?limit=2", "?reason=compliance-decision"] {
                try await check(.GET, Self.requests + filter)
                try await check(.GET, "/v1/sharings" + filter)
            }
            try await check(.POST, "/v1/dry-runs", body: API.submission("ida", "ivo", "card-ivo"))
            for request in cases.all {
                try await check(.POST, "\(Self.requests)/\(request)/withdrawal", body: [:])
                try await check(.POST, "/v1/sharings/\(request)/end", body: ["by": "requester"])
            }
            try await check(.POST, Self.requests, body: API.submission("requester-a", "owner-a", "card-a"))
            try await check(.DELETE, "/v1/users/owner-a")
        }
    }

    @Test func aPortalIsToldThatComplianceHasDecidedAndAnOfficerIsToldWhy() async throws {
        try await API.run { api in
            let cases = try await cases(api)
            let path = "\(Self.requests)/\(cases.rejected)"
            let portal = try await api.send(.GET, path, as: .portal, headers: [("Accept-Language", "zh-Hant")]).json
            #expect(portal["rejectionReason"] == "compliance-decision")
            #expect(portal["rejectedBy"] == "compliance")
            #expect(portal["decision"] == nil)
            let reason = try #require(portal["reasons"]?.arrayValue?.first)
            #expect(reason["code"] == "compliance-decision")
            #expect(reason["title"] == "合規部門已作出決定")
            let officer = try await api.send(.GET, path, as: .compliance).json
            #expect(officer["rejectionReason"] == "suspected-fraud")
            #expect(officer["reasons"]?.arrayValue?.map { $0["code"] } == ["device-recently-activated"])
            #expect(officer["decision"]?["outcome"] == "review")

            let ended = "\(Self.requests)/\(cases.ended)"
            #expect(try await api.send(.GET, ended, as: .portal).json["endReason"] == "compliance-decision")
            #expect(try await api.send(.GET, ended, as: .auditor).json["endReason"] == "stopped-by-compliance")
        }
    }

    @Test func aPortalFindsRequestsByTheNeutralReasonAndByNoReasonOfAnOfficers() async throws {
        try await API.run { api in
            let cases = try await cases(api)
            func found(_ reason: String, as role: DeviceSharing.Role) async throws -> Reply {
                try await api.send(.GET, "\(Self.requests)?reason=\(reason)", as: role)
            }
            func ids(_ reply: Reply) -> [String?]? { reply.json["items"]?.arrayValue?.map { $0["id"]?.stringValue } }
            let neutral = try await found("compliance-decision", as: .portal)
            #expect(ids(neutral) == [cases.rejected])
            let request = try #require(neutral.json["items"]?.arrayValue?.first)
            #expect(request["rejectionReason"] == "compliance-decision")
            #expect(request["reasons"] == ["compliance-decision", "device-recently-activated"])
            #expect(ids(try await found("compliance-decision", as: .compliance)) == [cases.rejected])
            #expect(ids(try await found("suspected-fraud", as: .compliance)) == [cases.rejected])

            // A reason that there is, one that there is and nobody used, and one that there is not.
            let answers = [
                try await found("suspected-fraud", as: .portal), try await found("other", as: .portal),
                try await found("nonsense", as: .portal),
            ]
            for answer in answers {
                #expect(answer.status == 400)
                #expect(answer.code == "request-invalid")
                #expect(answer.json["errors"] == answers.first?.json["errors"])
                #expect(answer.json["parameters"] == nil)
            }
        }
    }

    @Test func aPortalLearnsThatIdentityDataDifferAndAnOfficerWhichOnes() async throws {
        try await API.run { api in
            let request = try await mismatchingRequest(api)
            let path = "\(Self.requests)/\(request)"
            let portal = try #require(
                try await api.send(.GET, path, as: .portal).json["reasons"]?.arrayValue?.first {
                    $0["code"] == "identity-mismatch"
                })
            #expect(portal["detail"] == "The two users belong to different entities, and their identity data differ.")
            #expect(portal["parameters"] == [:])
            let officer = try #require(
                try await api.send(.GET, path, as: .compliance).json["reasons"]?.arrayValue?.first {
                    $0["code"] == "identity-mismatch"
                })
            #expect(officer["parameters"]?["attributes"] == ["date-of-birth"])
            #expect(officer["detail"]?.stringValue?.contains("date of birth") == true)
        }
    }

    /// Birth dates, one after the other: each guess is recorded for a user of the attacker's own, and asked about.
    @Test func dryRunsOnNewIdentityDataAreLimited() async throws {
        var limits = ServerLimits()
        limits.identityProbes = 3
        try await API.run(limits: limits) { api in
            _ = try await mismatchingRequest(api)
            func guess(_ number: Int) async throws -> Reply {
                let user = "guess-\(number)"
                try await api.user(user, entity: "entity-\(user)")
                try await api.send(
                    .PUT, "/v1/users/\(user)/identity", as: .portal, body: Self.identity(bornOn: "1981-01-0\(number)"))
                return try await api.send(
                    .POST, "/v1/dry-runs", as: .portal, body: API.submission(user, "ivo", "card-ivo"))
            }
            for number in 1...3 { #expect(try await guess(number).status == 200) }
            let fourth = try await guess(4)
            #expect(fourth.status == 429)
            #expect(fourth.code == "too-many-dry-runs")
            #expect((fourth.headers.first(name: "Retry-After").flatMap { Int($0) } ?? 0) > 1)

            // Candidates tell the same.
            for _ in 1...3 { #expect(try await api.send(.GET, "/v1/users/ida/candidates", as: .portal).status == 200) }
            #expect(try await api.send(.GET, "/v1/users/ida/candidates", as: .portal).code == "too-many-dry-runs")
            #expect(try await api.send(.GET, "/v1/users/ida/candidates", as: .compliance).status == 200)

            // Users whose identity data nobody has touched are asked about as often as need be.
            try await api.smallDirectory()
            for _ in 1...5 {
                let reply = try await api.send(
                    .POST, "/v1/dry-runs", as: .portal, body: API.submission())
                #expect(reply.status == 200)
            }
        }
    }

    @Test func theCountOfDryRunsBeginsAgainAndHasAnEnd() throws {
        var limits = ServerLimits()
        limits.identityProbes = 2
        limits.rememberedIdentityProbes = 3
        let start = ContinuousClock.now
        let probes = IdentityProbes(limits, now: start)
        func isAdmitted(_ users: String..., after seconds: Int = 0) -> Bool {
            do throws(ProblemDetails) {
                try probes.admit(users.map { UserID(trusted: $0) }, now: start + .seconds(seconds))
                return true
            } catch {
                return false
            }
        }
        #expect(isAdmitted("a", "b") && isAdmitted("a", "b"))
        #expect(!isAdmitted("a", "c"), "a has had its dry runs, whoever the other one is")
        #expect(isAdmitted("c"), "and what was refused counts for nobody")
        #expect(!isAdmitted("d"), "no more users are counted")
        #expect(isAdmitted("c"))
        #expect(isAdmitted("a", "d", after: 3_600))
    }
}
