import Canonical
import TestSupport
import Testing

@testable import HTTPEdge
@testable import SharingConsole

/// Signing in at a real provider, and what goes wrong on the way.
@Suite(.fewAtOnce) struct OpenIDTests {
    private static func run(_ body: @Sendable @escaping (API, OpenIDServer) async throws -> Void) async throws {
        try await OpenIDServer.listening { provider in
            let console = ConsoleConfiguration(signIn: .provider(provider.configuration), isSecure: false)
            try await API.run(console: console) { api in try await body(api, provider) }
        }
    }

    @Test func whoSignsInAtTheProviderIsSignedInHere() async throws {
        try await Self.run { api, _ in
            let browser = Browser(api)
            let page = try await browser.follow(try await browser.get("/console/queue?claimed=nobody"))
            let start = try #require(page.text.firstMatch(of: #/href="(\/console\/sign-in\/start[^"]*)"/#)).output.1
            let back = try await browser.goToProvider(String(start))
            let reply = try await browser.get(back)
            #expect(reply.status == 303)
            #expect(reply.headers.first(name: "Location") == "/console/queue?claimed=nobody")
            #expect(try await browser.follow(reply).text.contains("h.tan"))
            // The way back is good once.
            #expect(try await browser.get(back).status == 403)
            #expect(try await browser.get("/console/queue").status == 200)
        }
    }

    @Test func rolesComeFromTheClaim() async throws {
        try await Self.run { api, provider in
            provider.behave { $0.roles = ["unknown", "engine"] }
            let browser = Browser(api)
            #expect(try await browser.get(try await browser.goToProvider()).status == 303)
            let refused = try await browser.get("/console/queue")
            #expect(refused.status == 403)
            #expect(refused.text.contains("This is not for your role"))
        }
    }

    @Test func whatComesBackWrongSignsNobodyIn() async throws {
        try await Self.run { api, provider in
            let changes: [(String, @Sendable (inout OpenIDServer.Behaviour) -> Void)] = [
                ("another nonce", { $0.nonce = "x" }),
                ("another audience", { $0.audience = ["else"] }),
                (
                    "several audiences, and for another party",
                    {
                        $0.audience = [OpenIDServer.clientID, "else"]
                        $0.authorizedParty = "else"
                    }
                ),
                ("several audiences, and for nobody", { $0.audience = [OpenIDServer.clientID, "else"] }),
                ("another issuer", { $0.issuer = "https://evil.example" }),
                ("an old token", { $0.lifetime = .seconds(-3_600) }),
                ("an access token", { $0.type = "at+jwt" }),
                ("a key that is not the provider's", { $0.isForged = true }),
                ("a ledger that is a list", { $0.claims = ["ledger": ["default"]] }),
                ("a ledger that is an object", { $0.claims = ["ledger": ["id": "default"]] }),
                ("a ledger that is a number", { $0.claims = ["ledger": 7] }),
                ("a time that is no number", { $0.claims = ["nbf": "soon"] }),
                ("a party that is no text", { $0.claims = ["azp": ["console"]] }),
                ("no time at all", { $0.claims = ["exp": .null] }),
            ]
            for (what, change) in changes {
                provider.behave { $0 = OpenIDServer.Behaviour() }
                provider.behave(change)
                let browser = Browser(api)
                let reply = try await browser.get(try await browser.goToProvider())
                #expect(reply.status == 403, "\(what)")
                #expect(reply.text.contains("sign-in-failed"), "\(what)")
                #expect(try await browser.get("/console/queue").status == 303, "\(what)")
            }
            provider.behave { $0 = OpenIDServer.Behaviour() }
            let browser = Browser(api)
            #expect(try await browser.get(try await browser.goToProvider()).status == 303)
        }
    }

    @Test func whoNamesAnotherLedgerOrNoneSeesNothing() async throws {
        for (ledger, isOptional, status) in [
            ("other", false, 403), (.null, false, 403), ("default", false, 200), ("other", true, 403), (.null, true, 200),
        ] as [(JSONValue, Bool, Int)] {
            try await OpenIDServer.listening { provider in
                let console = ConsoleConfiguration(signIn: .provider(provider.configuration), isSecure: false)
                try await API.run(console: console, isLedgerOptional: isOptional) { api in
                    provider.behave { $0.claims = ["ledger": ledger] }
                    let browser = Browser(api)
                    _ = try await browser.get(try await browser.goToProvider())
                    let reply = try await browser.get("/console/queue")
                    #expect(reply.status == status, "\(ledger), optional: \(isOptional)")
                    #expect(reply.text.contains("ledger-not-permitted") == (status == 403))
                }
            }
        }
    }

    @Test func theProvidersRefusalIsSaid() async throws {
        try await Self.run { api, provider in
            provider.behave { $0.error = "access_denied" }
            let browser = Browser(api)
            let reply = try await browser.get(try await browser.goToProvider())
            #expect(reply.status == 403)
            #expect(reply.text.contains("sign-in-failed"))
        }
    }

    @Test func aStateOrCodeOfAnotherBrowserIsRefused() async throws {
        try await Self.run { api, provider in
            let (mine, other) = (Browser(api), Browser(api))
            let myBack = try await mine.goToProvider()
            let otherBack = try await other.goToProvider()
            // The other's way back in my browser: its state is not mine.
            #expect(try await mine.get(otherBack).status == 403)
            // My state with the other's code: its challenge is not of my verifier.
            let again = try await mine.goToProvider()
            let code = FormFields(String(otherBack.split(separator: "?")[1])).text("code")
            let state = FormFields(String(again.split(separator: "?")[1])).text("state")
            let before = provider.refusals
            let mixed = FormFields.address("/console/sign-in/return", [("code", code), ("state", state)])
            #expect(try await mine.get(mixed).status == 403)
            #expect(provider.refusals == before + 1)
            // Somebody who never began, and a way back without anything.
            #expect(try await Browser(api).get(myBack).status == 403)
            #expect(try await mine.get("/console/sign-in/return").status == 403)
        }
    }

    @Test func aCodeIsGoodOnce() async throws {
        try await Self.run { api, provider in
            let browser = Browser(api)
            let back = try await browser.goToProvider()
            let pending = browser.cookies
            #expect(try await browser.get(back).status == 303)
            // Somebody who has both the address and the cookies of before is refused by the provider.
            let thief = Browser(api)
            thief.cookies = pending
            #expect(try await thief.get(back).status == 403)
            #expect(provider.refusals == 1)
        }
    }

    @Test func withoutTheProviderNobodySignsIn() async throws {
        let gone = OpenIDConfiguration(
            issuer: "http://127.0.0.1:9", clientID: "c", redirectAddress: "http://c.example/console/sign-in/return")
        try await API.run(console: ConsoleConfiguration(signIn: .provider(gone), isSecure: false)) { api in
            let reply = try await Browser(api).get("/console/sign-in/start")
            #expect(reply.status == 503)
            #expect(reply.text.contains("sign-in-unavailable"))
            // Nor by saying who one is.
            let browser = Browser(api)
            try await browser.get(SignInPages.path)
            #expect(try await browser.post(SignInPages.path, [("person", "h.tan")]).status == 404)
        }
    }

    @Test func aDiscoveryDocumentMustBeTheIssuersOwn() throws {
        let good: JSONValue = [
            "issuer": "https://a.example", "authorization_endpoint": "https://a.example/a",
            "token_endpoint": "https://a.example/t",
            "jwks_uri": "https://a.example/k",
        ]
        #expect(throws: Never.self) { try OpenIDMetadata(good, issuer: "https://a.example") }
        #expect(throws: OpenIDMetadata.Problem.issuer("https://a.example")) {
            try OpenIDMetadata(good, issuer: "https://b.example")
        }
        func changed(_ name: String, _ value: JSONValue?) -> JSONValue {
            var object = good.objectValue ?? JSONObject()
            object[name] = value
            return .object(object)
        }
        #expect(throws: OpenIDMetadata.Problem.unsafe("http://a.example/t")) {
            try OpenIDMetadata(changed("token_endpoint", "http://a.example/t"), issuer: "https://a.example")
        }
        #expect(throws: OpenIDMetadata.Problem.missing("jwks_uri")) {
            try OpenIDMetadata(changed("jwks_uri", nil), issuer: "https://a.example")
        }
        #expect(throws: OpenIDMetadata.Problem.withoutPKCE) {
            try OpenIDMetadata(changed("code_challenge_methods_supported", ["plain"]), issuer: "https://a.example")
        }
    }
}

extension Browser {
    /// To the provider, which sends the browser back: there it has still to go.
    fileprivate func goToProvider(_ start: String = "/console/sign-in/start") async throws -> String {
        let reply = try await get(start)
        let address = try #require(reply.headers.first(name: "Location"), "\(reply.status) \(reply.text)")
        let back = try #require(try await Self.ask(address).headers.first(name: "Location"))
        return try #require(back.firstRange(of: "/console/").map { String(back[$0.lowerBound...]) })
    }
}
