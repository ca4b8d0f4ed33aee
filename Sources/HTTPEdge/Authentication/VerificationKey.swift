import Canonical
import JWTKit

/// A public key of a key set (RFC 7517, section 4), for each algorithm that fits it. What a token says chooses among these; it
/// changes nothing here.
struct VerificationKey: Sendable {
    /// `kid`; nil where the set gives the key no name.
    let identifier: String?
    private let verifiers: [TokenRules.Algorithm: any JWTAlgorithm]

    /// Nil for a key that signs no tokens, or is of a kind that is not ours: it does not spoil the set.
    init?(_ entry: JSONValue) async {
        // RFC 7517, sections 4.2 and 4.3.
        guard entry["use"].isMissing || entry["use"] == "sig",
            entry["key_ops"].isMissing || entry["key_ops"]?.arrayValue?.contains("verify") == true,
            entry["kid"].isMissing || entry["kid"]?.stringValue != nil
        else { return nil }
        var verifiers: [TokenRules.Algorithm: any JWTAlgorithm] = [:]
        for algorithm in Self.algorithms(entry)
        where entry["alg"].isMissing || entry["alg"]?.stringValue == algorithm.rawValue {
            verifiers[algorithm] = await Self.verifier(entry, algorithm)
        }
        guard !verifiers.isEmpty else { return nil }
        identifier = entry["kid"]?.stringValue
        self.verifiers = verifiers
    }

    func fits(_ algorithm: TokenRules.Algorithm) -> Bool { verifiers[algorithm] != nil }

    func hasSigned(_ token: SignedToken) -> Bool {
        // The library throws for a signature that has not even its form.
        guard let verifier = verifiers[token.algorithm] else { return false }
        return (try? verifier.verify(token.signature, signs: token.signed)) ?? false
    }

    /// The algorithms that a key's type and curve allow (RFC 7518, section 6; RFC 8037).
    private static func algorithms(_ entry: JSONValue) -> [TokenRules.Algorithm] {
        switch entry["kty"]?.stringValue {
        case "RSA": [.rs256, .rs384, .rs512, .ps256, .ps384, .ps512]
        case "EC":
            switch entry["crv"]?.stringValue {
            case "P-256": [.es256]
            case "P-384": [.es384]
            case "P-521": [.es512]
            default: []
            }
        case "OKP": entry["crv"] == "Ed25519" ? [.eddsa] : []
        default: []
        }
    }

    /// The public members alone, so that the library reads nothing else, with an algorithm and a name of our own.
    private static func verifier(_ entry: JSONValue, _ algorithm: TokenRules.Algorithm) async -> (any JWTAlgorithm)? {
        var members = JSONObject()
        for name in ["kty", "crv", "x", "y", "n", "e"] {
            if let value = entry[name] { members[name] = value }
        }
        members["alg"] = .string(algorithm.rawValue)
        members["kid"] = .string(name)
        let text = String(decoding: JSONValue.object(members).canonicalBytes(), as: UTF8.self)
        let keys = JWTKeyCollection()
        guard let key = try? JWK(json: text), (try? await keys.add(jwk: key)) != nil else { return nil }
        return try? await keys.getKey(for: JWKIdentifier(string: name), alg: algorithm.rawValue)
    }

    private static let name = "key"
}

extension JSONValue? {
    /// Some key sets write null for a member that they leave out.
    fileprivate var isMissing: Bool { self == nil || self == .some(.null) }
}
