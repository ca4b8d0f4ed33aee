import Canonical
import DeviceSharing
import Foundation
import JWTKit
import TestSupport
import Testing

@testable import HTTPEdge

@Suite(.fewAtOnce) struct TokenTests {
    private let key = DevelopmentKey()

    private func authenticator(
        rules: TokenRules = DevelopmentKey.rules, clock: @escaping @Sendable () -> Timestamp = { .now }
    ) -> Authenticator {
        Authenticator(rules: rules, keys: key.keySet, clock: clock)
    }

    @Test func aGoodTokenSaysWhoAsks() async throws {
        let token = try await key.token(
            subject: "h.tan", roles: [.compliance, .auditor], ledger: "default", entity: EntityID("E-7"))
        let principal = try await authenticator().principal(authorization: "bearer \(token)")
        #expect(principal.subject == "h.tan")
        #expect(principal.roles == [.compliance, .auditor])
        #expect(principal.ledger == "default")
        #expect(principal.entity == EntityID("E-7"))
    }

    @Test func tokensAreRefusedForWhatIsWrongWithThem() async throws {
        let good = try await key.token(subject: "a", roles: [.portal])
        let authenticator = authenticator()
        #expect(await authenticator.code(nil) == "token-missing")
        #expect(await authenticator.code("Basic YTpi") == "token-missing")
        #expect(await authenticator.code("Bearer") == "token-missing")
        #expect(await authenticator.code("Bearer x.y.z") == "token-invalid")
        #expect(await authenticator.code("Bearer " + String(repeating: "a", count: 9_000)) == "token-invalid")
        #expect(await authenticator.code("Bearer " + String(repeating: "a", count: 32_769)) == "token-too-large")
        #expect(await authenticator.code("Bearer \(good)") == "believed")

        let other = try await DevelopmentKey().token(subject: "a", roles: [.portal])
        #expect(await authenticator.code("Bearer \(other)") == "token-invalid")
        for rules in [
            TokenRules(issuer: "somebody else", audience: "devshare"),
            TokenRules(issuer: "devshare-development", audience: "else"),
        ] {
            let token = try await key.token(subject: "a", roles: [.portal], rules: rules)
            #expect(await authenticator.code("Bearer \(token)") == "token-invalid")
        }
        // Each byte of the signature counts.
        var parts = good.split(separator: ".").map(String.init)
        parts[2] = String(parts[2].reversed())
        #expect(await authenticator.code("Bearer " + parts.joined(separator: ".")) == "token-invalid")
        // The claims of one token with the signature of another.
        let operators = try await key.token(subject: "a", roles: [.operator]).split(separator: ".").map(String.init)
        #expect(
            await authenticator.code("Bearer \(operators[0]).\(operators[1]).\(good.split(separator: ".")[2])")
                == "token-invalid")
    }

    @Test func neitherNoneNorSymmetricAlgorithmsAreBelieved() async throws {
        let claims = try await key.token(subject: "a", roles: [.operator]).split(separator: ".")[1]
        for algorithm in ["none", "HS256", "RS1"] {
            let header = Data("{\"alg\":\"\(algorithm)\",\"kid\":\"development\",\"typ\":\"at+jwt\"}".utf8)
                .base64EncodedString()
                .replacing("=", with: "")
            #expect(await authenticator().code("Bearer \(header).\(claims).") == "token-invalid")
        }
        // A good key, but an algorithm that is not on the list.
        let token = try await key.token(subject: "a", roles: [.portal])
        var rules = DevelopmentKey.rules
        rules.algorithms = [.eddsa]
        #expect(await authenticator(rules: rules).code("Bearer \(token)") == "token-invalid")
    }

    @Test func timeIsUpAlsoForTokensThatWereBelievedBefore() async throws {
        let start = Timestamp.now
        let clock = TestClock(start)
        let authenticator = authenticator { clock.now }
        let token = try await key.token(subject: "a", roles: [.portal], lifetime: .seconds(60), at: start)
        #expect(await authenticator.code("Bearer \(token)") == "believed")
        clock.advance(.seconds(80))
        #expect(await authenticator.code("Bearer \(token)") == "believed", "within the leeway")
        clock.advance(.seconds(20))
        #expect(await authenticator.code("Bearer \(token)") == "token-expired")
    }

    @Test func theEnginesOwnRoleIsNotForCallers() async throws {
        let token = try await key.token(subject: "a", roles: [.engine])
        #expect(try await authenticator().principal(authorization: "Bearer \(token)").roles.isEmpty)
    }

    @Test func rolesAreFoundWhereTheClaimSays() throws {
        let claims: [(ClaimPath, JSONValue)] = [
            ("scope", ["scope": "auditor portal unknown"]), ("roles", ["roles": ["auditor", "portal"]]),
            ("realm_access.roles", ["realm_access": ["roles": ["auditor", "portal"]]]),
            ("https://example.com/roles", ["https://example.com/roles": ["auditor", "portal"]]),
            ("/https:~1~1example.com~1claims/app.roles", ["https://example.com/claims": ["app.roles": ["auditor", "portal"]]]),
            ("/a~0b/1/r", ["a~b": [1, ["r": "auditor portal"]]]), ("/scope", ["scope": "auditor portal"]),
        ]
        for (claim, value) in claims {
            var rules = Forge.rules
            rules.rolesClaim = claim
            let key = Forge.es256()
            let text = try Forge.token(key, claims: value.objectValue.map { members($0) } ?? [:])
            let token = try SignedToken(text, for: .access, rules: rules, limits: ServerLimits())
            #expect(try token.principal(rules, at: .now).roles == [.auditor, .portal], "\(claim)")
        }
    }

    private func members(_ object: JSONObject) -> [String: JSONValue] {
        Dictionary(uniqueKeysWithValues: object.members.map { ($0.name, $0.value) })
    }

    @Test func aTextThatIsNoJSONPointerNamesNoClaim() {
        for text in ["", "/a~2", "/a~", "/~"] { #expect(ClaimPath(text) == nil, "\(text)") }
        for text in ["/", "/a~0~1", "a~2", "a..b", "."] { #expect(ClaimPath(text) != nil, "\(text)") }
        let claims: JSONObject = ["a": ["b", "c"], "d": ["e": .null], "f": "g"]
        let places: [(ClaimPath, ClaimPath.Found)] = [
            ("/a/1", .value("c")), ("/a/2", .missing), ("/a/01", .obstructed), ("/a/-", .obstructed), ("a.1", .obstructed),
            ("d.e", .value(.null)), ("d.x", .missing), ("d.e.x", .obstructed), ("f.x", .obstructed), ("x.y", .missing),
            ("/", .missing), ("/a/99999999999999999999", .obstructed),
        ]
        for (path, found) in places { #expect(path.find(in: claims) == found, "\(path)") }
    }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
    public init(dictionaryLiteral elements: (String, JSONValue)...) {
        self.init()
        for (name, value) in elements { self[name] = value }
    }
}
