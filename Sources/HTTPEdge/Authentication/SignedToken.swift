import Canonical
import DeviceSharing

/// A JWT taken apart (RFC 7515, section 7.1), not yet believed.
///
/// Each part must be spelt in the one way that base64url has for it. An ECDSA signature has two spellings all the same, `s` and
/// `n − s`: RFC 7518 allows both, and issuers make the one as often as the other, so that both are taken. Nothing here takes two
/// spellings of a token for two tokens: neither `jti` nor a token's text is counted or revoked.
package struct SignedToken: Sendable {
    /// What a token was made for: one is never taken for the other.
    package enum Purpose: Sendable {
        /// RFC 9068, section 4.
        case access
        /// OpenID Connect Core, section 2.
        case identity

        fileprivate func accepts(type: String?) -> Bool {
            switch self {
            case .access: type == "at+jwt" || type == "application/at+jwt"
            case .identity: type == nil || type == "jwt"
            }
        }
    }

    let algorithm: TokenRules.Algorithm
    /// Which key signed it; nil where the header does not say.
    let keyID: String?
    package let claims: JSONObject
    /// What the signature is over: the text's first two parts.
    let signed: [UInt8]
    let signature: [UInt8]

    /// Arrays and objects within each other, in header and claims.
    private static let depth = 16

    package init(_ text: String, for purpose: Purpose, rules: TokenRules, limits: ServerLimits) throws(TokenRefusal) {
        let size = text.utf8.count
        guard size <= limits.token else { throw .tooLarge(bytes: size, limit: limits.token) }
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, let header = Self.object(parts[0], limits), let claims = Self.object(parts[1], limits),
            let signature = Base64URL.bytes(parts[2])
        else { throw .malformed }
        guard let name = header["alg"]?.stringValue, let algorithm = TokenRules.Algorithm(rawValue: name),
            rules.algorithms.contains(algorithm)
        else { throw .algorithm }
        // A type that is no text is not a missing one.
        guard header["typ"] == nil || header["typ"]?.stringValue != nil,
            purpose.accepts(type: header["typ"]?.stringValue?.lowercased())
        else { throw .type }
        // RFC 7515, section 4.1.11: what we do not understand we must not accept.
        guard header["crit"] == nil else { throw .criticalHeader }
        guard header["kid"] == nil || header["kid"]?.stringValue != nil else { throw .malformed }
        self.algorithm = algorithm
        self.claims = claims
        self.signature = signature
        signed = Array("\(parts[0]).\(parts[1])".utf8)
        keyID = header["kid"]?.stringValue
    }

    private static func object(_ part: Substring, _ limits: ServerLimits) -> JSONObject? {
        guard let bytes = Base64URL.bytes(part) else { return nil }
        return (try? JSONValue(parsing: bytes, limits: JSONLimits(depth: depth, size: limits.token)))?.objectValue
    }
}

extension SignedToken {
    /// Who it says is asking.
    package func principal(_ rules: TokenRules, at now: Timestamp) throws(TokenRefusal) -> Principal {
        guard claims["iss"]?.stringValue == rules.issuer else { throw .claim("iss") }
        guard Self.texts(claims["aud"], separated: false).contains(rules.audience) else { throw .claim("aud") }
        guard let subject = claims["sub"]?.stringValue, Self.isName(subject) else { throw .claim("sub") }
        guard let expiry = try moment("exp") else { throw .claim("exp") }
        _ = try moment("iat")
        guard now < expiry.advanced(by: rules.leeway) else { throw .expired }
        if let earliest = try moment("nbf"), now < earliest.advanced(by: .zero - rules.leeway) { throw .early }
        let ledger = try text(at: rules.ledgerClaim)
        guard ledger.map(Self.isName) ?? true else { throw .claim(rules.ledgerClaim.description) }
        var entity: EntityID?
        if let text = try text(at: rules.entityClaim) {
            guard let named = EntityID(text) else { throw .claim(rules.entityClaim.description) }
            entity = named
        }
        return Principal(
            subject: subject, roles: roles(rules), ledger: ledger, entity: entity, expiresAt: expiry.advanced(by: rules.leeway))
    }

    /// Bytes of a subject or of a ledger's name: the one becomes an actor's id, and both are remembered.
    private static let maximumNameLength = 200

    private static func isName(_ text: String) -> Bool {
        (1...maximumNameLength).contains(text.utf8.count) && !text.utf8.contains(0)
    }

    /// The engine's own role is not for callers.
    private func roles(_ rules: TokenRules) -> Set<Role> {
        guard case .value(let value) = rules.rolesClaim.find(in: claims) else { return [] }
        return Set(Self.texts(value, separated: true).compactMap(Role.init(rawValue:))).subtracting([.engine])
    }

    private static func texts(_ value: JSONValue?, separated: Bool) -> [String] {
        switch value {
        case .string(let text): separated ? text.split(separator: " ").map(String.init) : [text]
        case .array(let values): values.compactMap(\.stringValue)
        case .object, .integer, .number, .bool, .null, nil: []
        }
    }

    /// A claim that may be left out; but one that is there and is no text is not a missing one.
    private func text(at path: ClaimPath) throws(TokenRefusal) -> String? {
        switch path.find(in: claims) {
        case .missing: return nil
        case .value(.string(let text)): return text
        case .value, .obstructed: throw .claim(path.description)
        }
    }

    /// Seconds since 1970 (RFC 7519, section 2: NumericDate); nil where the claim is missing. A number that is no moment from
    /// year 1 to 9999 is refused as one that is no number is.
    private func moment(_ claim: String) throws(TokenRefusal) -> Timestamp? {
        let epoch = Timestamp(microseconds: 0)
        let moment: Timestamp
        switch claims[claim] {
        case nil: return nil
        case .integer(let seconds): moment = epoch.advanced(by: .seconds(seconds))
        case .number(let seconds) where seconds.magnitude < Self.maximumSeconds: moment = epoch.advanced(by: .seconds(seconds))
        case .number, .string, .bool, .array, .object, .null: throw .claim(claim)
        }
        guard .earliest < moment, moment < .latest else { throw .claim(claim) }
        return moment
    }

    /// Beyond this a number is far from every moment.
    private static let maximumSeconds = 1e12
}
