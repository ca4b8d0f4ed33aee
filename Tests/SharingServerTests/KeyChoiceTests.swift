import Canonical
import DeviceSharing
import TestSupport
import Testing

@testable import HTTPEdge

/// Which key of a set, and which algorithm, a token is checked with.
@Suite(.fewAtOnce) struct KeyChoiceTests {
    private func authenticator(_ keys: KeySource, _ limits: ServerLimits = ServerLimits()) -> Authenticator {
        Authenticator(rules: Forge.rules, keys: keys, limits: limits)
    }

    private func code(_ token: String, _ authenticator: Authenticator) async -> String {
        await authenticator.code("Bearer " + token)
    }

    /// A key set need not say which algorithm a key is for (RFC 7517, section 4.4), and that of Microsoft Entra does not.
    @Test func aStrangersTokenDoesNotChooseTheAlgorithmOfOthers() async throws {
        let rsa = try await Forge.rsa(["RS256", "PS256", "RS384", "RS512"])
        let authenticator = authenticator(Forge.keySet(rsa[0].entry(["kid": "k"])))
        for algorithm in ["PS256", "RS384", "PS512", "ES256", "none"] {
            let worthless = Forge.resigned(
                try Forge.token(rsa[0], header: ["alg": .string(algorithm)]), [UInt8](repeating: 0x78, count: 256))
            #expect(await code(worthless, authenticator) == "token-invalid")
            // Each one a token that nobody has seen before.
            #expect(await code(try Forge.token(rsa[0], claims: ["jti": .string(algorithm)]), authenticator) == "believed")
            #expect(await code(try Forge.token(rsa[1], claims: ["jti": .string(algorithm)]), authenticator) == "believed")
        }
        // Well signed, by algorithms that are not believed.
        for key in rsa[2...] { #expect(await code(try Forge.token(key), authenticator) == "token-invalid") }
    }

    @Test func keysWithoutANameAreTriedByTheirType() async throws {
        let (first, second, third) = (Forge.es256(), Forge.es256(), Forge.eddsa())
        let rsa = try await Forge.rsa(["RS256"])[0]
        let authenticator = authenticator(Forge.keySet(first.entry(), rsa.entry(), third.entry(), second.entry()))
        for key in [first, second, third, rsa] {
            #expect(await code(try Forge.token(key, header: ["kid": .null]), authenticator) == "believed", "\(key.algorithm)")
            #expect(await code(try Forge.token(key, header: ["kid": "x"]), authenticator) == "believed", "\(key.algorithm)")
        }
        #expect(await code(try Forge.token(Forge.es256(), header: ["kid": .null]), authenticator) == "token-invalid")
    }

    @Test func aTokenWithoutANameIsTriedWithKeysThatHaveOne() async throws {
        let keys = (0..<3).map { _ in Forge.es256() }
        let authenticator = authenticator(
            Forge.keySet(keys[0].entry(["kid": "a"]), keys[1].entry(["kid": "b"]), keys[2].entry(["kid": .null])))
        for key in keys { #expect(await code(try Forge.token(key, header: ["kid": .null]), authenticator) == "believed") }
        // A name that is there is the one that counts.
        #expect(await code(try Forge.token(keys[1], header: ["kid": "a"]), authenticator) == "token-invalid")
    }

    @Test func soManyKeysAreTriedAndNoMore() async throws {
        let keys = (0..<5).map { _ in Forge.es256() }
        var limits = ServerLimits()
        limits.keysTried = 4
        let source = Forge.keySet(keys[0].entry(), keys[1].entry(), keys[2].entry(), keys[3].entry(), keys[4].entry())
        let authenticator = authenticator(source, limits)
        #expect(await code(try Forge.token(keys[3]), authenticator) == "believed")
        #expect(await code(try Forge.token(keys[4]), authenticator) == "token-invalid")
        limits.keySetKeys = 3
        #expect(await code(try Forge.token(keys[3]), self.authenticator(source, limits)) == "token-invalid")
    }

    /// Where the source is slow, tokens with unknown keys must not take all places.
    @Test func fewWaitForKeysThatNobodyKnows() async throws {
        let (known, unknown) = (Forge.es256(), Forge.es256())
        guard case .text(let set) = Forge.keySet(known.entry(["kid": "k"])) else { return }
        try await Receiver.listening { _ in
            .status(200, body: set)
        } _: { server async throws in
            var limits = ServerLimits()
            limits.keySetInterval = .zero
            limits.keySetWaiters = 2
            let authenticator = authenticator(.url(server.url), limits)
            #expect(await code(try Forge.token(known), authenticator) == "believed")
            server.behave { _ in .silence }
            let codes = try await withThrowingTaskGroup(of: String.self) { group in
                for number in 0..<20 {
                    let token = try Forge.token(unknown, header: ["kid": .string("u\(number)")])
                    group.addTask { await code(token, authenticator) }
                }
                // While they wait, good tokens are believed at once.
                #expect(await code(try Forge.token(known, claims: ["jti": "2"]), authenticator) == "believed")
                return try await group.reduce(into: [String: Int]()) { $0[$1, default: 0] += 1 }
            }
            #expect(codes["token-keys-unavailable"] == 18)
            #expect(codes["token-invalid"] == 2)
        }
    }

    @Test func tokensOf32KiBAreBelievedAlsoByTheServer() async throws {
        let key = DevelopmentKey()
        try await API.run(key: key) { api in
            let forge = try Forge.development(key)
            func large(_ count: Int) throws -> String {
                let groups = (0..<count).map { "00000000-1111-2222-3333-4444444\(40_000 + $0)" }
                return try Forge.token(
                    forge, header: ["kid": "development"],
                    claims: ["iss": .string(DevelopmentKey.rules.issuer), "groups": JSONValue(groups)])
            }
            let token = try large(600)
            #expect((30_000...32_768).contains(token.utf8.count), "\(token.utf8.count)")
            #expect(try await api.send(.GET, "/v1/share-requests", token: token).status == 200)
            let refused = try await api.send(.GET, "/v1/share-requests", token: try large(660))
            #expect(refused.status == 431)
            #expect(refused.code == "token-too-large")
            #expect(refused.json["parameters"]?["bytes"] == 32_768)
            let head = try await api.send(.GET, "/v1/share-requests", token: String(repeating: "a", count: 60_000))
            #expect(head.code == "head-too-large")
            #expect(head.json["parameters"]?["bytes"] == 49_152)
        }
    }
}
