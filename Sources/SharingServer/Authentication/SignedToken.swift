import Canonical
import DeviceSharing

/// A JWT taken apart (RFC 7515, section 7.1), not yet believed.
struct SignedToken: Sendable {
    /// What a token was made for: one is never taken for the other.
    enum Purpose: Sendable {
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
    let claims: JSONObject

    /// Throws `token-invalid`.
    init(_ text: String, for purpose: Purpose, rules: TokenRules) throws(ProblemDetails) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, let header = Self.object(parts[0]), let claims = Self.object(parts[1]),
            let name = header["alg"]?.stringValue, let algorithm = TokenRules.Algorithm(rawValue: name),
            rules.algorithms.contains(algorithm),
            purpose.accepts(type: header["typ"]?.stringValue?.lowercased()),
            // RFC 7515, section 4.1.11: what we do not understand we must not accept.
            header["crit"] == nil
        else { throw ProblemDetails(.tokenInvalid) }
        self.algorithm = algorithm
        self.claims = claims
        keyID = header["kid"]?.stringValue
    }

    private static func object(_ part: Substring) -> JSONObject? {
        guard let bytes = Base64URL.bytes(part) else { return nil }
        return (try? JSONValue(parsing: bytes, limits: JSONLimits(depth: 8, size: 8_192)))?.objectValue
    }
}

extension SignedToken {
    /// Who it says is asking. Throws `token-invalid` and `token-expired`.
    func principal(_ rules: TokenRules, at now: Timestamp) throws(ProblemDetails) -> Principal {
        guard claims["iss"]?.stringValue == rules.issuer, texts(at: "aud", separated: false).contains(rules.audience),
            let subject = claims["sub"]?.stringValue, (1...Self.longestSubject).contains(subject.utf8.count),
            !subject.utf8.contains(0), let expiry = moment("exp")
        else { throw ProblemDetails(.tokenInvalid) }
        let earliest = moment("nbf") ?? .earliest
        guard now < expiry.advanced(by: rules.leeway), earliest.advanced(by: .zero - rules.leeway) <= now else {
            throw ProblemDetails(.tokenExpired)
        }
        // The engine's own role is not for callers.
        let roles = Set(texts(at: rules.rolesClaim, separated: true).compactMap(Role.init(rawValue:))).subtracting([
            .engine
        ])
        return Principal(
            subject: subject, roles: roles, ledger: value(at: rules.ledgerClaim)?.stringValue,
            entity: value(at: rules.entityClaim)?.stringValue.flatMap { EntityID($0) },
            expiresAt: expiry.advanced(by: rules.leeway))
    }

    /// Bytes of a subject, at most: it becomes an actor's id.
    private static let longestSubject = 200

    private func value(at path: String) -> JSONValue? {
        // A claim whose name has a dot in it, as in `https://example.com/roles`, comes first.
        if let value = claims[path] { return value }
        var value: JSONValue? = .object(claims)
        for name in path.split(separator: ".") { value = value?[String(name)] }
        return value
    }

    private func texts(at path: String, separated: Bool) -> [String] {
        switch value(at: path) {
        case .string(let text): separated ? text.split(separator: " ").map(String.init) : [text]
        case .array(let values): values.compactMap(\.stringValue)
        default: []
        }
    }

    /// Seconds since 1970 (RFC 7519, section 2: NumericDate).
    private func moment(_ claim: String) -> Timestamp? {
        switch claims[claim] {
        case .integer(let seconds): Timestamp(microseconds: 0).advanced(by: .seconds(seconds))
        case .number(let seconds) where seconds.magnitude < 1e15:
            Timestamp(microseconds: 0).advanced(by: .seconds(seconds))
        default: nil
        }
    }
}
