import Canonical
import DeviceSharing
import EligibilityPolicy
import SharingEngine
import SharingLog
import TestSupport
import Testing

@testable import HTTPEdge
@testable import SharingAPI

/// What the API says of reasons that a policy defines, and what of them it keeps from portals.
@Suite("A policy's own reason", .fewAtOnce) struct PolicyReasonTests {
    private static let requests = "/v1/share-requests"

    private func activate(_ text: String, _ api: API) async throws {
        _ = try await api.engine.activatePolicy(text, as: CommandContext(actor: Actor(id: "operator", role: .operator)))
    }

    /// The policy in force is the one with reasons of its own.
    private func run(_ body: @Sendable @escaping (API) async throws -> Void) async throws {
        try await API.run { api in
            try await activate(ReasonedPolicy.text(Installation.defaultPolicy()), api)
            try await body(api)
        }
    }

    /// A request of that requester for a device that has nothing against it; the answer to the portal.
    private func submit(_ requester: String, _ api: API, device activatedAt: String = API.longAgo) async throws -> JSONValue {
        let (owner, device) = ("owner-of-\(requester)", "card-of-\(requester)")
        for user in [requester, owner] { try await api.user(user, entity: "entity-of-\(requester)") }
        try await api.device(device, of: owner, activatedAt: activatedAt)
        let reply = try await api.send(.POST, Self.requests, as: .portal, body: API.submission(requester, owner, device))
        #expect(reply.status == 201, "\(reply.text)")
        return reply.json
    }

    private func id(_ answer: JSONValue) throws -> String { try #require(answer["id"]?.stringValue) }

    private func get(
        _ api: API, _ path: String, as role: DeviceSharing.Role, in language: String = "en"
    ) async throws -> Reply {
        try await api.send(.GET, path, as: role, headers: [("Accept-Language", language)])
    }

    private func codes(_ answer: JSONValue) -> [String?]? {
        answer["reasons"]?.arrayValue?.map { $0["code"]?.stringValue ?? $0.stringValue }
    }

    // MARK: Words

    @Test(
        "is told in the caller's language by the policy that decided, though another one is in force",
        arguments: [
            ("en", "The line is busy", "The line of busy-1 is busy.", "Try again in an hour."),
            ("zh-Hant", "線路繁忙", "busy-1 的線路繁忙。", "請於一小時後再試。"), ("zh-Hans", "线路繁忙", "busy-1 的线路繁忙。", "请于一小时后再试。"),
        ])
    func words(language: String, title: String, detail: String, advice: String) async throws {
        try await run { api in
            let request = try id(try await submit("busy-1", api))
            try await activate(
                ReasonedPolicy.text(Installation.defaultPolicy(), version: "2026.6", title: "The line is engaged"), api)
            for role in [DeviceSharing.Role.portal, .compliance] {
                let reason = try #require(
                    try await get(api, "\(Self.requests)/\(request)", as: role, in: language).json["reasons"]?.arrayValue?.first)
                #expect(reason["code"] == "policy.busy" && reason["parameters"] == ["user": "busy-1"])
                #expect(reason["title"] == .string(title) && reason["detail"] == .string(detail))
                #expect(reason["advice"] == .string(advice))
            }
            let later = try await submit("busy-2", api)
            if language == "en" { #expect(later["reasons"]?.arrayValue?.first?["title"] == "The line is engaged") }
        }
    }

    @Test("is known by its code where no policy in force has it any more")
    func gone() async throws {
        try await run { api in
            let request = try id(try await submit("busy-1", api))
            try await activate(Installation.defaultPolicy().asPolicyVersion("2026.6"), api)
            let answer = try await get(api, "\(Self.requests)/\(request)", as: .portal).json
            #expect(answer["reasons"]?.arrayValue?.first?["title"] == "The line is busy")
            let found = try await get(api, "\(Self.requests)?reason=policy.busy", as: .portal).json
            #expect(found["items"]?.arrayValue?.map { $0["id"] } == [.string(request)])
        }
    }

    // MARK: Disclosure

    @Test("that is disclosed as another: a portal's answers are those on the other one, and an officer sees which it is")
    func another() async throws {
        try await run { api in
            let alike = try await submit("alike-1", api)
            let busy = try await submit("busy-1", api)
            #expect(codes(alike) == ["policy.busy"] && codes(busy) == ["policy.busy"])
            /// An answer without what names and moments differ in.
            func form(_ answer: JSONValue, _ name: String) -> [String] {
                let text = String(decoding: answer.canonicalBytes(), as: UTF8.self).replacing(name, with: "NAME")
                return text.replacing(/[0-9a-f]{8}-[0-9a-f-]{27}/, with: "ID").replacing(
                    /\d{4}-\d\d-\d\dT[0-9:.]+Z/, with: "THEN"
                )
                .components(separatedBy: ",")
            }
            #expect(form(alike, "alike-1") == form(busy, "busy-1"))
            for path in ["/\(try id(alike))", "?reason=policy.busy", ""] {
                let answer = try await get(api, Self.requests + path, as: .portal)
                #expect(answer.status == 200 && !answer.text.contains("policy.alike"))
            }
            let officer = try await get(api, "\(Self.requests)/\(try id(alike))", as: .compliance).json
            #expect(codes(officer) == ["policy.alike"])
            #expect(officer["reasons"]?.arrayValue?.first?["detail"] == "alike-1 and owner-of-alike-1 are alike.")
            #expect(officer["decision"]?["disclosed"] == [["code": "policy.busy", "parameters": ["user": "alike-1"]]])
        }
    }

    @Test("that is disclosed as nothing: a portal is told that there is a reason, and nothing where there is another one")
    func nothing() async throws {
        try await run { api in
            let watched = try await submit("watched-1", api)
            #expect(codes(watched) == ["reason-not-disclosed"] && watched["state"] == "compliance-pending")
            // Two officers must approve because of that rule alone.
            #expect(watched["approvalsRequired"] == nil && watched["expiresAt"] != nil)
            let isNew = Timestamp.now.advanced(by: .seconds(-3_600)).description
            let both = try await submit("watched-2", api, device: isNew)
            #expect(codes(both) == ["device-recently-activated"])
            let one = try await submit("plain-1", api, device: isNew)
            #expect(
                codes(one) == codes(both)
                    && Set(one.objectValue?.members.map(\.name) ?? []) == Set(both.objectValue?.members.map(\.name) ?? []))
            let barred = try await submit("barred-1", api)
            #expect(codes(barred) == ["reason-not-disclosed"] && barred["state"] == "rejected")
            let officer = try await get(api, "\(Self.requests)/\(try id(watched))", as: .compliance).json
            #expect(codes(officer) == ["policy.watched"] && officer["approvalsRequired"] == 2)
        }
    }

    @Test("finds requests for a portal only by what the portal is told of them")
    func filters() async throws {
        try await run { api in
            let alike = try id(try await submit("alike-1", api))
            let busy = try id(try await submit("busy-1", api))
            let watched = try id(try await submit("watched-1", api))
            let barred = try id(try await submit("barred-1", api))
            func found(_ reason: String, as role: DeviceSharing.Role) async throws -> [String?]? {
                let reply = try await get(api, "\(Self.requests)?reason=\(reason)", as: role)
                #expect(reply.status == 200, "\(reason): \(reply.text)")
                return reply.json["items"]?.arrayValue?.map { $0["id"]?.stringValue }
            }
            #expect(try await found("policy.busy", as: .portal) == [alike, busy])
            #expect(try await found("reason-not-disclosed", as: .portal) == [watched, barred])
            #expect(try await found("user-closed", as: .portal) == [])
            #expect(try await found("policy.busy", as: .compliance) == [busy])
            #expect(try await found("policy.alike", as: .compliance) == [alike])
            #expect(try await found("policy.watched", as: .compliance) == [watched])
            #expect(try await found("user-closed", as: .compliance) == [barred])

            // Reasons that there are and that are not disclosed, and one that there is not: one answer to all.
            let unknown = try await get(api, "\(Self.requests)?reason=policy.nonsense", as: .portal)
            #expect(unknown.status == 400 && unknown.code == "request-invalid")
            for secret in ["policy.watched", "policy.alike", "police-inquiry", "card-copied"] {
                let answer = try await get(api, "\(Self.requests)?reason=\(secret)", as: .portal)
                #expect(answer.status == 400 && answer.json["errors"] == unknown.json["errors"], "\(secret)")
                #expect(answer.json["detail"] == unknown.json["detail"])
            }
            let officer = try await get(api, "\(Self.requests)?reason=policy.nonsense", as: .compliance)
            #expect(officer.code == "unknown-rejection-reason")
            #expect(officer.json["parameters"]?["known"]?.arrayValue?.contains("policy.watched") == true)
        }
    }

    // MARK: Officers

    private func reject(_ request: String, _ reason: String, _ api: API) async throws -> Reply {
        try await api.send(
            .POST, "\(Self.requests)/\(request)/rejection", as: .compliance, subject: "olivia", body: ["reason": .string(reason)])
    }

    @Test("of an officer is told to portals as the policy in force says: itself, another, or no more than that one has decided")
    func officers() async throws {
        try await run { api in
            let cases = [
                ("papers-expired", "papers-expired", "compliance-decision", "A paper has expired"),
                ("card-copied", "policy.papers", "policy.papers", "Papers are missing"),
                ("police-inquiry", "compliance-decision", "compliance-decision", "Compliance has decided"),
                ("suspected-fraud", "compliance-decision", "compliance-decision", "Compliance has decided"),
            ]
            for (number, (reason, told, first, title)) in cases.enumerated() {
                let request = try id(try await submit("busy-\(number)", api))
                let officer = try await reject(request, reason, api)
                #expect(officer.json["rejectionReason"] == .string(reason), "\(officer.text)")
                let portal = try await get(api, "\(Self.requests)/\(request)", as: .portal).json
                #expect(portal["rejectionReason"] == .string(told) && portal["rejectionTitle"] == .string(title))
                #expect(codes(portal) == [first, "policy.busy"])
                let listed = try await get(api, "\(Self.requests)?participant=busy-\(number)", as: .portal).json["items"]?
                    .arrayValue?.first
                #expect(listed?["rejectionReason"] == .string(told) && listed.flatMap(codes) == [first, "policy.busy"])
                let found = try await get(api, "\(Self.requests)?reason=\(told)", as: .portal).json["items"]?.arrayValue ?? []
                #expect(found.contains { $0["id"]?.stringValue == request }, "\(told)")
            }
            let unknown = try await reject(try id(try await submit("busy-9", api)), "hearsay", api)
            #expect(unknown.code == "unknown-rejection-reason")
        }
    }

    @Test("of an officer is found by a portal only where it was told, whatever a later policy discloses")
    func filtersOfBefore() async throws {
        try await run { api in
            let request = try id(try await submit("busy-1", api))
            #expect(try await reject(request, "police-inquiry", api).status == 200)
            let own = "disclosedAs: nothing"
            let text = ReasonedPolicy.text(try Installation.defaultPolicy(), version: "2026.6")
            let inquiry = try #require(text.range(of: "- id: police-inquiry"))
            let place = try #require(text[inquiry.upperBound...].range(of: own))
            try await activate(text.replacingCharacters(in: place, with: "disclosedAs: itself"), api)
            let later = try await get(api, "\(Self.requests)?reason=police-inquiry", as: .portal)
            #expect(later.status == 200 && later.json["items"] == [])
            let neutral = try await get(api, "\(Self.requests)?reason=compliance-decision", as: .portal).json["items"]?.arrayValue
            #expect(neutral?.map { $0["id"]?.stringValue } == [request])
        }
    }

    @Test("of an officer that is told as itself is found by the neutral code too, which stands for it among the codes")
    func theNeutralCodeFindsWhatIsToldApart() async throws {
        try await run { api in
            let request = try id(try await submit("busy-1", api))
            #expect(try await reject(request, "papers-expired", api).status == 200)
            for reason in ["papers-expired", "compliance-decision", "policy.busy"] {
                let found = try await get(api, "\(Self.requests)?reason=\(reason)", as: .portal).json["items"]?.arrayValue
                #expect(found?.map { $0["id"]?.stringValue } == [request], "\(reason)")
            }
        }
    }

    @Test("of an officer counts as the policy in force has it when the officer decides, not as the one that held the request")
    func inForce() async throws {
        try await run { api in
            let request = try id(try await submit("busy-1", api))
            let own = "zh-Hans: 设备卡被复制}\n    disclosedAs: "
            let text = ReasonedPolicy.text(try Installation.defaultPolicy(), version: "2026.6")
                .replacing("- id: papers-expired", with: "- id: papers-late")
                .replacing("zh-Hans: 文件已过期}\n    disclosedAs: itself", with: "zh-Hans: 文件已过期}\n    disclosedAs: policy.papers")
                .replacing(own + "policy.papers", with: own + "itself")
            try await activate(text, api)
            let refused = try await reject(request, "papers-expired", api)
            #expect(refused.code == "unknown-rejection-reason")
            #expect(try await reject(request, "card-copied", api).status == 200)
            let portal = try await get(api, "\(Self.requests)/\(request)", as: .portal).json
            #expect(portal["rejectionReason"] == "card-copied")
            // Another policy later changes nothing of what was disclosed.
            try await activate(ReasonedPolicy.text(Installation.defaultPolicy(), version: "2026.7"), api)
            let later = try await get(api, "\(Self.requests)/\(request)", as: .portal).json
            #expect(later["rejectionReason"] == "card-copied" && later["rejectionTitle"] == "The card was copied")
        }
    }

    // MARK: Everything that a portal can ask

    @Test("that is not disclosed is in no answer to a portal, whatever it asks, in any language")
    func crawler() async throws {
        try await run { api in
            var ids: [String] = []
            let isNew = Timestamp.now.advanced(by: .seconds(-3_600)).description
            for requester in ["watched-1", "alike-1", "barred-1"] { ids.append(try id(try await submit(requester, api))) }
            for (requester, reason) in [
                ("watched-2", "police-inquiry"), ("alike-2", "card-copied"), ("busy-2", "police-inquiry"),
            ] {
                let request = try id(try await submit(requester, api, device: isNew))
                #expect(try await reject(request, reason, api).status == 200)
                ids.append(request)
            }
            let secrets = ReasonedPolicy.secrets + ["\"not-watched\"", "not-alike", "rulings", "\"disclosed\""]
            func check(_ reply: Reply, _ what: String) {
                for secret in secrets { #expect(!reply.text.contains(secret), "\(what) tells \(secret): \(reply.text)") }
            }
            for language in ["en", "zh-Hant", "zh-Hans"] {
                for route in RouteTable.all where route.method == .get && !route.isStream {
                    guard route.roles.isEmpty || route.roles.contains(.portal), route.path.hasPrefix("/v1/") else { continue }
                    for request in ids {
                        let path = route.filled(user: "watched-1", device: "card-of-watched-1", request: request)
                        check(try await get(api, path, as: .portal, in: language), path)
                    }
                }
                for filter in ["?state=rejected", "?state=compliance-pending", "?reason=reason-not-disclosed", "?limit=2"] {
                    check(try await get(api, Self.requests + filter, as: .portal, in: language), filter)
                }
                for requester in ["watched-1", "alike-1", "barred-1"] {
                    let reply = try await api.send(
                        .POST, "/v1/dry-runs", as: .portal,
                        body: API.submission(requester, "owner-of-\(requester)", "card-of-\(requester)"),
                        headers: [("Accept-Language", language)])
                    check(reply, "a dry run of \(requester)")
                    let candidates = try await get(api, "/v1/users/\(requester)/candidates", as: .portal, in: language)
                    check(candidates, "candidates of \(requester)")
                }
            }
            for request in ids {
                check(
                    try await api.send(.POST, "\(Self.requests)/\(request)/withdrawal", as: .portal, body: [:]), "a withdrawal")
            }
        }
    }
}
