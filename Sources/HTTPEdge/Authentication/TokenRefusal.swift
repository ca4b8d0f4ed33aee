/// Why a token is not believed. The log says which claim or limit it was. The caller learns of a limit of size alone: anything
/// else would help somebody who tries tokens out.
package enum TokenRefusal: Error, Hashable, Sendable {
    /// Not three parts in the alphabet of URLs, of which the first two are JSON objects.
    case malformed
    /// It has more bytes than `limit`.
    case tooLarge(bytes: Int, limit: Int)
    /// An algorithm that is not believed, or none.
    case algorithm
    /// `typ` is that of another kind of token.
    case type
    /// The header has extensions that must be understood.
    case criticalHeader
    /// No key of the set fits the header's `kid` and `alg`.
    case keyUnknown
    /// None of the keys that fit has signed it.
    case signature
    /// A claim is missing, is not of its type, or says what it must not.
    case claim(String)
    /// `exp` is over.
    case expired
    /// `nbf` is to come.
    case early

    /// What the caller is told.
    var problem: ProblemDetails {
        switch self {
        case .malformed, .algorithm, .type, .criticalHeader, .keyUnknown, .signature, .claim: ProblemDetails(.tokenInvalid)
        case .tooLarge(_, let limit): ProblemDetails(.tokenTooLarge, limit: limit)
        case .expired, .early: ProblemDetails(.tokenExpired)
        }
    }

    /// What the log is told; nothing that the token says is in it.
    package var reason: String {
        switch self {
        case .malformed: "it is not three parts in base64url, with JSON objects in the first two"
        case .tooLarge(let bytes, let limit): "it has \(bytes) bytes; the limit is \(limit)"
        case .algorithm: "its algorithm (alg) is not believed"
        case .type: "it is of another type (typ)"
        case .criticalHeader: "its header has critical extensions (crit)"
        case .keyUnknown: "no key of the set fits its header (kid, alg)"
        case .signature: "its signature is not that of a known key"
        case .claim(let name): "the claim \(name) is missing or is not what it must be"
        case .expired: "its time is over (exp)"
        case .early: "its time has not begun (nbf)"
        }
    }
}
