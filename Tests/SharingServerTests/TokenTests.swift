import Canonical
import DeviceSharing
import Foundation
import JWTKit
import TestSupport
import Testing

@testable import SharingServer

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
        let claims: [(String, JSONValue)] = [
            ("scope", ["scope": "auditor portal unknown"]), ("roles", ["roles": ["auditor", "portal"]]),
            ("realm_access.roles", ["realm_access": ["roles": ["auditor", "portal"]]]),
            ("https://example.com/roles", ["https://example.com/roles": ["auditor", "portal"]]),
        ]
        for (claim, value) in claims {
            var payload = try #require(value.objectValue)
            payload["iss"] = "i"
            payload["aud"] = "a"
            payload["sub"] = "s"
            payload["exp"] = .integer(9_999_999_999)
            let text =
                [JSONValue.object(["alg": "ES256", "typ": "at+jwt"]), .object(payload)].map {
                    Data($0.canonicalBytes()).base64EncodedString().replacing("=", with: "").replacing("+", with: "-")
                        .replacing("/", with: "_")
                }.joined(separator: ".") + "."
            let rules = TokenRules(issuer: "i", audience: "a", rolesClaim: claim)
            let principal = try SignedToken(text, for: .access, rules: rules).principal(rules, at: .now)
            #expect(principal.roles == [.auditor, .portal], "\(claim)")
        }
    }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
    public init(dictionaryLiteral elements: (String, JSONValue)...) {
        self.init()
        for (name, value) in elements { self[name] = value }
    }
}
