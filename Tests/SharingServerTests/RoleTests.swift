import Canonical
import DeviceSharing
import NIOHTTP1
import TestSupport
import Testing

@testable import HTTPEdge
@testable import SharingAPI

/// Every route with every role and none.
@Suite(.fewAtOnce) struct RoleTests {
    private static let callers: [DeviceSharing.Role] = [.portal, .compliance, .auditor, .operator]

    @Test func everyRouteAdmitsItsRolesAndNobodyElse() async throws {
        try await API.run { api in
            for route in RouteTable.all where !route.isStream {
                let method = HTTPMethod(rawValue: route.method.rawValue)
                let path = route.filled()
                let anonymous = try await api.send(method, path)
                if case .open = route.access {
                    #expect(anonymous.status == 200, "\(route.name)")
                } else {
                    #expect(anonymous.status == 401, "\(route.name)")
                    #expect(anonymous.code == "token-missing")
                    #expect(anonymous.headers.first(name: "WWW-Authenticate")?.hasPrefix("Bearer") == true)
                }
                for role in Self.callers {
                    let reply = try await api.send(method, path, as: role)
                    let isRefused = reply.code == "role-not-permitted"
                    #expect(
                        isRefused == (!route.roles.isEmpty && !route.roles.contains(role)), "\(route.name) as \(role)")
                }
            }
        }
    }

    @Test func everyRouteButTheOpenOnesHasRoles() {
        for route in RouteTable.all where route.path.hasPrefix("/v1/") {
            #expect(!route.roles.isEmpty, "\(route.name)")
            #expect(!route.roles.contains(.engine), "\(route.name)")
        }
    }

    @Test func everybodyActsForTheirOwnLedgerOnly() async throws {
        try await API.run { api in
            let other = try await api.token(.portal, ledger: "other")
            #expect(try await api.send(.GET, "/v1/share-requests", token: other).code == "ledger-not-permitted")
            let none = try await api.token(.portal, ledger: nil)
            #expect(try await api.send(.GET, "/v1/share-requests", token: none).code == "ledger-not-permitted")
            let auditor = try await api.token(.auditor, ledger: nil)
            #expect(try await api.send(.GET, "/v1/share-requests", token: auditor).code == "ledger-not-permitted")
            let stranger = try await api.token(.auditor, ledger: "other")
            #expect(try await api.send(.GET, "/v1/share-requests", token: stranger).code == "ledger-not-permitted")
        }
    }

    /// What a multi-valued mapper writes is not "none", and "none" is not "all".
    @Test func aLedgerThatIsNoTextIsRefusedToEverybody() async throws {
        try await API.run(isLedgerOptional: true) { api in
            let key = try Forge.development(api.key)
            for (role, path) in [
                ("portal", "/v1/share-requests"), ("compliance", "/v1/share-requests"), ("auditor", "/v1/events"),
                ("operator", "/v1/webhooks"),
            ] {
                func reply(_ ledger: JSONValue?) async throws -> Reply {
                    var claims = Forge.claims(["iss": .string(DevelopmentKey.rules.issuer), "roles": [.string(role)]])
                    claims["ledger"] = ledger
                    let header = Forge.header(key, ["kid": "development"])
                    let token = try Forge.token(
                        key, JSONValue.object(header).canonicalBytes(), JSONValue.object(claims).canonicalBytes())
                    return try await api.send(.GET, path, token: token)
                }
                for ledger in [
                    ["default"], ["id": "default"], [], 7, .null, true, "", .string(String(repeating: "d", count: 201)),
                    "default\u{0}",
                ] as [JSONValue] {
                    #expect(try await reply(ledger).code == "token-invalid", "\(role): \(ledger)")
                }
                for ledger in ["other", "Default", "default ", " default"] as [JSONValue] {
                    #expect(try await reply(ledger).code == "ledger-not-permitted", "\(role): \(ledger)")
                }
                #expect(try await reply("default").status == 200)
                #expect(try await reply(nil).status == (role == "portal" ? 403 : 200), "\(role)")
            }
        }
    }

    /// Nobody learns which users there are beyond what the role may see.
    @Test func aRefusalSaysNothingOfWhatIsThere() async throws {
        try await API.run { api in
            try await api.smallDirectory()
            let there = try await api.send(.GET, "/v1/users/alice/candidates", as: .auditor)
            let notThere = try await api.send(.GET, "/v1/users/nobody/candidates", as: .auditor)
            #expect(there.status == 403)
            #expect(there.json["detail"] == notThere.json["detail"])
            #expect(there.json["parameters"] == nil)
        }
    }

    @Test func officersDoNotDecideOnTheirOwnRequestsNorOnThoseOfTheirEntity() async throws {
        try await API.run { api in
            let request = try await api.pendingRequest()
            try await api.user("carol", entity: "e1")
            let path = "/v1/share-requests/\(request)/approval"
            // A participant; a user of the same entity by the directory; one whose token says so.
            for token in [
                try await api.token(.compliance, subject: "alice"), try await api.token(.compliance, subject: "carol"),
                try await api.token(.compliance, subject: "officer-9", entity: "e1"),
            ] {
                let reply = try await api.send(.POST, path, token: token)
                #expect(reply.status == 403)
                #expect(reply.code == "separation-of-duties")
            }
            #expect(try await api.send(.POST, path, as: .compliance, subject: "officer-1").json["state"] == "active")
        }
    }

    @Test func portalsDoNotLearnWhoWorksOnARequest() async throws {
        try await API.run { api in
            let request = try await api.pendingRequest()
            try await api.send(.POST, "/v1/share-requests/\(request)/claim", as: .compliance, subject: "officer-1")
            let officer = try await api.send(.GET, "/v1/share-requests/\(request)", as: .compliance)
            #expect(officer.json["claimedBy"] == "officer-1")
            for path in ["/v1/share-requests/\(request)", "/v1/share-requests"] {
                #expect(try await !api.send(.GET, path, as: .portal).text.contains("officer-1"))
            }
        }
    }
}
