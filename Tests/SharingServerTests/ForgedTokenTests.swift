import Canonical
import Crypto
import DeviceSharing
import Foundation
import InMemoryLogging
import Logging
import TestSupport
import Testing

@testable import HTTPEdge

/// Tokens that somebody made up, bent or copied together.
@Suite(.fewAtOnce) struct ForgedTokenTests {
    private func authenticator(_ keys: KeySource, rules: TokenRules = Forge.rules) -> Authenticator {
        Authenticator(rules: rules, keys: keys)
    }

    private func expect(
        _ token: String, _ code: String = "token-invalid", by authenticator: Authenticator, _ what: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async {
        let found = await authenticator.code("Bearer " + token)
        #expect(found == code, "\(what)", sourceLocation: sourceLocation)
    }

    /// A key of an elliptic curve, one of RSA for each of its algorithms, and somebody who knows both.
    private func both() async throws -> (ec: Forge.Key, rsa: [Forge.Key], authenticator: Authenticator) {
        let (ec, rsa) = (Forge.es256(), try await Forge.rsa(["RS256", "PS256", "RS384", "RS512", "PS512"]))
        let keys = Forge.keySet(ec.entry(["kid": "ec", "alg": "ES256"]), rsa[0].entry(["kid": "rsa", "alg": "RS256"]))
        return (ec, rsa, authenticator(keys))
    }

    @Test func otherAlgorithmsThanTheKeysOwnAreRefused() async throws {
        let (ec, rsa, authenticator) = try await both()
        await expect(try Forge.token(ec, header: ["kid": "ec"]), "believed", by: authenticator, "a good one")
        await expect(try Forge.token(rsa[0], header: ["kid": "rsa"]), "believed", by: authenticator, "a good one")
        for key in rsa.dropFirst() {
            await expect(try Forge.token(key, header: ["kid": "rsa"]), by: authenticator, "\(key.algorithm), well signed")
        }
        for algorithm in ["none", "None", "NONE", "nOnE", "", "HS256", "HS384", "HS512", "RS1", "ES256K", "es256", "RSA-OAEP"] {
            let token = try Forge.token(ec, header: ["kid": "ec", "alg": .string(algorithm)])
            await expect(token, by: authenticator, "alg \(algorithm)")
            await expect(Forge.resigned(token, []), by: authenticator, "alg \(algorithm), without a signature")
        }
        for alg in [1, true, ["ES256"], ["alg": "ES256"]] as [JSONValue] {
            await expect(try Forge.token(ec, header: ["kid": "ec", "alg": alg]), by: authenticator, "alg \(alg)")
        }
        // The public key as the secret of a symmetric algorithm, in each form that it is found in.
        for key in [ec, rsa[0]] {
            let number = (key.publicMembers["x"] ?? key.publicMembers["n"])?.stringValue ?? ""
            for secret in [
                JSONValue.object(key.publicMembers).canonicalBytes(), Array(number.utf8), Base64URL.bytes(number) ?? [],
            ] {
                let forger = Forge.Key(algorithm: "HS256", publicMembers: [:]) {
                    Array(HMAC<SHA256>.authenticationCode(for: $0, using: SymmetricKey(data: secret)))
                }
                for kid in ["ec", "rsa"] {
                    await expect(try Forge.token(forger, header: ["kid": .string(kid)]), by: authenticator, "HS256, \(kid)")
                }
            }
        }
    }

    @Test func aHeaderDoesNotSayWhereItsKeyIs() async throws {
        let (ec, _, authenticator) = try await both()
        let mine = Forge.es256()
        for (name, value) in [
            ("jwk", mine.entry()), ("jku", "https://evil.example/keys"), ("x5u", "https://evil.example/chain"),
            ("x5c", ["MIIB"]), ("kid", "https://evil.example/keys"), ("kid", "../../../dev/null"), ("kid", "' OR 1=1 --"),
            ("kid", "ec\u{0}"), ("kid", ""), ("kid", .null), ("kid", 1), ("kid", ["ec"]),
        ] as [(String, JSONValue)] {
            let header = ["kid": "ec"].merging([name: value]) { $1 }
            await expect(try Forge.token(mine, header: header), by: authenticator, "\(name) \(value)")
        }
        for value in [["exp"], ["b64"], [], "exp", true] as [JSONValue] {
            await expect(try Forge.token(ec, header: ["kid": "ec", "crit": value]), by: authenticator, "crit \(value)")
        }
        for type in ["JWT", "jwt", "", "at+jwt ", "secevent+jwt", "dpop+jwt", .null, 1, ["at+jwt"]] as [JSONValue] {
            await expect(try Forge.token(ec, header: ["kid": "ec", "typ": type]), by: authenticator, "typ \(type)")
        }
        for type in ["at+jwt", "AT+JWT", "application/at+jwt"] as [JSONValue] {
            await expect(try Forge.token(ec, header: ["kid": "ec", "typ": type]), "believed", by: authenticator, "typ \(type)")
        }
    }

    @Test func keysThatSignNoTokensAreNotAmongTheKeys() async throws {
        let key = Forge.es256()
        let small = try await OpenSSL.run("genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:1024")
        #expect(small.status == 0)
        for entry in [
            key.entry(["kid": "k", "use": "enc"]), key.entry(["kid": "k", "use": 1]),
            key.entry(["kid": "k", "key_ops": ["sign"]]),
            key.entry(["kid": "k", "alg": "ES384"]), key.entry(["kid": "k", "alg": 1]), key.entry(["kid": "k", "crv": "P-384"]),
            key.entry(["kid": 1]), ["kty": "oct", "kid": "k", "k": "c2VjcmV0"],
            ["kty": "RSA", "kid": "k", "n": "AQAB", "e": "AQAB"],
            key.entry(["kid": "k", "x": "AA"]), "k", .null, [],
        ] as [JSONValue] {
            await expect(
                try Forge.token(key), "token-keys-unavailable", by: authenticator(Forge.keySet(entry)), "\(entry)")
        }
        let good = Forge.keySet(
            key.entry(["kid": "k", "use": "enc"]), ["kty": "oct", "kid": "k", "k": "c2VjcmV0"],
            key.entry(["kid": "k", "key_ops": ["verify"], "x5c": ["not", "looked", "at"], "d": "AAAA"]))
        await expect(try Forge.token(key), "believed", by: authenticator(good), "a good one among others of its name")
    }

    @Test func signaturesAreAsLongAsTheyMustBeAndOfTheirOwnToken() async throws {
        let key = Forge.es256()
        let authenticator = authenticator(Forge.keySet(key.entry(["kid": "k"])))
        let token = try Forge.token(key)
        let signature = try Forge.signature(of: token)
        let order = try #require([UInt8](hex: "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551"))
        let zero = [UInt8](repeating: 0, count: 32)
        let der = try Array(P256.Signing.ECDSASignature(rawRepresentation: signature).derRepresentation)
        for (what, forged) in [
            ("none", []), ("zeros", zero + zero), ("s = n", Array(signature.prefix(32)) + order), ("r = n", order + zero),
            ("r = s = n", order + order), ("DER", der), ("a byte less", Array(signature.dropLast())),
            ("a byte more", signature + [0]), ("half of it", Array(signature.prefix(32))),
            ("its halves exchanged", Array(signature.suffix(32)) + Array(signature.prefix(32))),
            ("one bit otherwise", [signature[0] ^ 1] + signature.dropFirst()), ("32 KiB", [UInt8](repeating: 1, count: 20_000)),
        ] as [(String, [UInt8])] {
            await expect(Forge.resigned(token, forged), by: authenticator, what)
        }
        // The claims of one token with the signature of another.
        let other = try Forge.token(key, claims: ["roles": ["operator"]])
        await expect(Forge.resigned(other, signature), by: authenticator, "another's signature")
        // An ECDSA signature has two halves that are good, and issuers make the one as often as the other.
        let mirrored = Array(signature.prefix(32)) + Self.difference(order, Array(signature.suffix(32)))
        await expect(Forge.resigned(token, mirrored), "believed", by: authenticator, "n − s")
    }

    /// Of two numbers, the greater one first.
    private static func difference(_ left: [UInt8], _ right: [UInt8]) -> [UInt8] {
        var (result, borrow) = (left, 0)
        for place in left.indices.reversed() {
            let digit = Int(left[place]) - Int(right[place]) - borrow
            result[place] = UInt8(truncatingIfNeeded: digit)
            borrow = digit < 0 ? 1 : 0
        }
        return result
    }

    @Test func aTokenHasOneSpelling() async throws {
        let key = Forge.es256()
        let authenticator = authenticator(Forge.keySet(key.entry(["kid": "k"])))
        let token = try Forge.token(key)
        let parts = token.split(separator: ".").map(String.init)
        // Two bits of the last letter are loose: 64 bytes are 85 letters and a third.
        let last = try #require(parts[2].last)
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
        let loose = alphabet[(try #require(alphabet.firstIndex(of: last))) ^ 1]
        for (what, forged) in [
            ("padding", token + "=="), ("padding in the middle", "\(parts[0])=.\(parts[1]).\(parts[2])"),
            ("loose bits", String(token.dropLast()) + String(loose)), ("a letter of no alphabet", token + "!"),
            ("a line break", token + "\n"), ("a space within", parts.joined(separator: " .")), ("four parts", token + ".AA"),
            ("two parts", parts[0] + "." + parts[1]), ("five parts, as of encryption", token + ".AA.AA"), ("nothing", ".."),
            ("a letter that is no ASCII", token + "é"),
        ] as [(String, String)] {
            await expect(forged, by: authenticator, what)
        }
        // Bytes that are `+` and `/` in the usual alphabet, signed in that spelling.
        let claims = JSONValue.object(Forge.claims(["x": "\u{3FE}\u{3FF}\u{FFFF}???>>>"])).canonicalBytes()
        let header = Base64URL.text(JSONValue.object(Forge.header(key)).canonicalBytes())
        let usual = Data(claims).base64EncodedString().replacing("=", with: "")
        #expect(usual.contains("/") || usual.contains("+"))
        let signed = "\(header).\(usual)"
        await expect(
            signed + "." + Base64URL.text(try key.sign(Array(signed.utf8))), by: authenticator, "the usual alphabet")
    }

    @Test func claimsAreReadStrictly() async throws {
        let key = Forge.es256()
        let authenticator = authenticator(Forge.keySet(key.entry(["kid": "k"])))
        let header = JSONValue.object(Forge.header(key)).canonicalBytes()
        let claims = String(decoding: JSONValue.object(Forge.claims).canonicalBytes(), as: UTF8.self)
        let deep = String(repeating: "[", count: 40) + String(repeating: "]", count: 40)
        let open = String(claims.dropLast())
        let bent: [(String, String)] = [
            ("a claim twice", open + #","sub":"other"}"#), ("a byte order mark", "\u{FEFF}" + claims),
            ("NaN", open + #","x":NaN}"#), ("something behind it", claims + "{}"), ("a list", "[" + claims + "]"),
            ("no JSON", "sub=backend"), ("nothing", ""), ("too deep", open + ",\"x\":" + deep + "}"),
            ("half of a surrogate", open + #","x":"\ud800"}"#),
        ]
        for (what, text) in bent {
            await expect(try Forge.token(key, header, Array(text.utf8)), by: authenticator, what)
        }
        await expect(
            try Forge.token(key, header, Array(claims.utf8) + [0xFF]), by: authenticator, "what is no UTF-8")
        let twice = Array(#"{"alg":"none","alg":"ES256","typ":"at+jwt","kid":"k"}"#.utf8)
        await expect(try Forge.token(key, twice, Array(claims.utf8)), by: authenticator, "a header twice")
        for (name, value) in [
            ("iss", "https://login.example/"), ("iss", ["https://login.example"]), ("iss", .null), ("aud", "else"),
            ("aud", []), ("aud", .null), ("aud", ["devshare2"]), ("aud", ["x": "devshare"]), ("sub", ""), ("sub", 1),
            ("sub", .null),
            ("sub", "a\u{0}b"), ("sub", .string(String(repeating: "s", count: 201))), ("entity", 7), ("entity", ["E-7"]),
            ("entity", "not an id"),
        ] as [(String, JSONValue)] {
            await expect(try Forge.token(key, claims: [name: value]), by: authenticator, "\(name) \(value)")
        }
        await expect(
            try Forge.token(key, claims: ["aud": ["else", "devshare"]]), "believed", by: authenticator, "several audiences")
        await expect(
            try Forge.token(key, claims: ["roles": ["engine"], "ledger": "default"]), "believed", by: authenticator, "engine")
    }

    @Test func timesThatAreNoNumbersAreRefused() async throws {
        let key = Forge.es256()
        let authenticator = authenticator(Forge.keySet(key.entry(["kid": "k"])))
        for claim in ["nbf", "exp", "iat"] {
            for value in [
                "4102444800", ["4102444800"], true, ["x": 1], [], .number(1e300), .number(-1e300), .number(9.3e18),
                "2100-01-01T00:00:00Z",
            ] as [JSONValue] {
                await expect(try Forge.token(key, claims: [claim: value]), by: authenticator, "\(claim) \(value)")
            }
            // What the parser takes for a null is there all the same.
            let claims = JSONValue.object(Forge.claims([claim: .null])).canonicalBytes()
            let text = String(decoding: claims, as: UTF8.self).dropLast() + ",\"\(claim)\":null}"
            await expect(
                try Forge.token(key, JSONValue.object(Forge.header(key)).canonicalBytes(), Array(text.utf8)), by: authenticator,
                "\(claim) null")
        }
        await expect(try Forge.token(key, claims: ["exp": .null]), by: authenticator, "no exp")
        await expect(try Forge.token(key, claims: ["exp": 1]), "token-expired", by: authenticator, "over")
        await expect(
            try Forge.token(key, claims: ["nbf": .integer(4_102_444_700)]), "token-expired", by: authenticator, "to come")
        await expect(
            try Forge.token(key, claims: ["nbf": .number(1.5), "iat": .null]), "believed", by: authenticator, "a fraction")
    }

    @Test func theLogNamesTheClaimAndTheAnswerDoesNot() async throws {
        let key = Forge.es256()
        let log = InMemoryLogHandler()
        var logger = Logger(label: "test") { _ in log }
        logger.logLevel = .notice
        let authenticator = Authenticator(
            rules: Forge.rules, keys: Forge.keySet(key.entry(["kid": "k"])), logger: logger)
        for (change, named) in [
            (["nbf": "soon"], "nbf"), (["aud": "else"], "aud"), (["ledger": ["SECRET"]], "ledger"), (["entity": 7], "entity"),
        ] as [([String: JSONValue], String)] {
            log.clear()
            let token = try Forge.token(key, claims: change)
            await #expect(throws: ProblemDetails.self) { try await authenticator.principal(authorization: "Bearer " + token) }
            let reasons = log.entries.map { "\($0.metadata["reason"] ?? "")" }
            #expect(reasons == ["the claim \(named) is missing or is not what it must be"])
        }
        log.clear()
        do {
            _ = try await authenticator.principal(authorization: "Bearer " + String(repeating: "a", count: 40_000))
            Issue.record("a token beyond the limit was believed")
        } catch let problem as ProblemDetails {
            #expect(problem.code.rawValue == "token-too-large")
            #expect(problem.parameters["bytes"] == .integer(32_768))
        }
        #expect(log.entries.map { "\($0.metadata["reason"] ?? "")" } == ["it has 40000 bytes; the limit is 32768"])
    }
}
