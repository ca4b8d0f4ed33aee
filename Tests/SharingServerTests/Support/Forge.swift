import Canonical
import Crypto
import Foundation
import JWTKit
import Testing

@testable import HTTPEdge

/// Makes tokens as an attacker does: any header, any claims, any signature. And honest ones, by keys that it owns.
struct Forge: Sendable {
    /// A key that signs, with what a key set says of it.
    struct Key: Sendable {
        let algorithm: String
        let publicMembers: JSONObject
        let sign: @Sendable ([UInt8]) throws -> [UInt8]

        /// The entry of a key set, with some members otherwise: null leaves one out.
        func entry(_ changes: [String: JSONValue] = [:]) -> JSONValue {
            var entry = publicMembers
            entry["use"] = "sig"
            for (name, value) in changes { entry[name] = value == .null ? JSONValue?.none : value }
            return .object(entry)
        }
    }

    static func es256() -> Key { es256(P256.Signing.PrivateKey()) }

    /// The key that a test server believes.
    static func development(_ key: DevelopmentKey) throws -> Key {
        es256(try P256.Signing.PrivateKey(pemRepresentation: key.pem))
    }

    private static func es256(_ key: P256.Signing.PrivateKey) -> Key {
        let point = Array(key.publicKey.x963Representation)
        return Key(
            algorithm: "ES256",
            publicMembers: [
                "kty": "EC", "crv": "P-256", "x": .string(Base64URL.text(Array(point[1...32]))),
                "y": .string(Base64URL.text(Array(point[33...]))),
            ], sign: { Array(try key.signature(for: $0).rawRepresentation) })
    }

    static func eddsa() -> Key {
        let key = Curve25519.Signing.PrivateKey()
        return Key(
            algorithm: "EdDSA",
            publicMembers: [
                "kty": "OKP", "crv": "Ed25519", "x": .string(Base64URL.text(Array(key.publicKey.rawRepresentation))),
            ], sign: { Array(try key.signature(for: $0)) })
    }

    /// One key for each padding and digest that is wanted of one RSA key.
    static func rsa(_ algorithms: [String]) async throws -> [Key] {
        let pem = try await OpenSSL.run("genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048").output
        let key = try Insecure.RSA.PrivateKey(pem: pem)
        let numbers = try key.publicKey.getKeyPrimitives()
        var keys: [Key] = []
        for algorithm in algorithms {
            let digest: DigestAlgorithm = algorithm.hasSuffix("256") ? .sha256 : algorithm.hasSuffix("384") ? .sha384 : .sha512
            let collection = JWTKeyCollection()
            if algorithm.hasPrefix("PS") {
                await collection.add(pss: key, digestAlgorithm: digest, kid: "k")
            } else {
                await collection.add(rsa: key, digestAlgorithm: digest, kid: "k")
            }
            let signer = try await collection.getKey(for: "k")
            keys.append(
                Key(
                    algorithm: algorithm,
                    publicMembers: [
                        "kty": "RSA", "n": .string(Base64URL.text(Array(numbers.modulus))),
                        "e": .string(Base64URL.text(Array(numbers.publicExponent))),
                    ], sign: { try signer.sign($0) }))
        }
        return keys
    }

    static func keySet(_ entries: JSONValue...) -> KeySource {
        .text(String(decoding: JSONValue.object(["keys": .array(entries)]).canonicalBytes(), as: UTF8.self))
    }

    // MARK: Tokens

    static let rules = TokenRules(issuer: "https://login.example", audience: "devshare")

    /// Claims that are believed.
    static let claims: JSONObject = [
        "iss": "https://login.example", "aud": "devshare", "sub": "backend", "exp": .integer(4_102_444_800), "iat": 1_700_000_000,
        "roles": ["portal"], "ledger": "default",
    ]

    /// Those claims with some otherwise: null leaves one out.
    static func claims(_ changes: [String: JSONValue]) -> JSONObject {
        var claims = Self.claims
        for (name, value) in changes { claims[name] = value == .null ? JSONValue?.none : value }
        return claims
    }

    static func header(_ key: Key, _ changes: [String: JSONValue] = [:]) -> JSONObject {
        var header: JSONObject = ["alg": .string(key.algorithm), "typ": "at+jwt", "kid": "k"]
        for (name, value) in changes { header[name] = value == .null ? JSONValue?.none : value }
        return header
    }

    static func token(
        _ key: Key, header: [String: JSONValue] = [:], claims: [String: JSONValue] = [:]
    ) throws -> String {
        try token(
            key, JSONValue.object(Self.header(key, header)).canonicalBytes(),
            JSONValue.object(Self.claims(claims)).canonicalBytes())
    }

    /// A token of these very bytes, well signed.
    static func token(_ key: Key, _ header: [UInt8], _ claims: [UInt8]) throws -> String {
        let signed = Base64URL.text(header) + "." + Base64URL.text(claims)
        return signed + "." + Base64URL.text(try key.sign(Array(signed.utf8)))
    }

    /// The same token with another signature.
    static func resigned(_ token: String, _ signature: [UInt8]) -> String {
        token.split(separator: ".").prefix(2).joined(separator: ".") + "." + Base64URL.text(signature)
    }

    static func signature(of token: String) throws -> [UInt8] {
        let last = try #require(token.split(separator: ".").last)
        return try #require(Base64URL.bytes(last))
    }
}
