import EligibilityPolicy
import HTTPTypes

/// What can go wrong with a request before the domain is asked, or beside it, by a stable code. The codes of the domain are
/// `SharingErrorCode`.
///
/// The one home of a new code: add the case, its status and its text.
package enum ServiceProblem: String, CaseIterable, Hashable, Sendable {
    // Who asks.
    case tokenMissing = "token-missing"
    case tokenInvalid = "token-invalid"
    case tokenExpired = "token-expired"
    case tokenTooLarge = "token-too-large"
    case roleNotPermitted = "role-not-permitted"
    case ledgerNotPermitted = "ledger-not-permitted"
    case auditorRequired = "auditor-required"
    case sessionMissing = "session-missing"
    case formForged = "form-forged"
    case signInFailed = "sign-in-failed"
    case signInUnavailable = "sign-in-unavailable"

    // What is asked.
    case routeNotFound = "route-not-found"
    case methodNotAllowed = "method-not-allowed"
    case messageMalformed = "message-malformed"
    case headTooLarge = "head-too-large"
    case requestInvalid = "request-invalid"
    case bodyMalformed = "body-malformed"
    case bodyTooLarge = "body-too-large"
    case tooManyLines = "too-many-lines"
    case mediaTypeUnsupported = "media-type-unsupported"
    case contentCodingUnsupported = "content-coding-unsupported"
    case syncPointUnknown = "sync-point-unknown"
    case logRewound = "log-rewound"
    case syncNotConfirmed = "sync-not-confirmed"
    case syncListInvalid = "sync-list-invalid"
    case preconditionFailed = "precondition-failed"
    case problemNotFound = "problem-not-found"
    case historyPointInvalid = "history-point-invalid"
    case logFilterInvalid = "log-filter-invalid"
    case webhookNotFound = "webhook-not-found"
    case ledgerNotFound = "ledger-not-found"
    case notSealed = "not-sealed"
    case dataInArchive = "data-in-archive"
    case tooManyWebhooks = "too-many-webhooks"

    // How much, how fast.
    case requestTimedOut = "request-timed-out"
    case serverTimedOut = "server-timed-out"
    case tooManyRequests = "too-many-requests"
    case tooManyDryRuns = "too-many-dry-runs"

    // What the engine cannot do now.
    case overloaded
    case stopped
    case databaseUnavailable = "database-unavailable"
    case outcomeUnknown = "outcome-unknown"
    case diskFull = "disk-full"
    case clockBehind = "clock-behind"
    case clockAhead = "clock-ahead"
    case noActivePolicy = "no-active-policy"
    case identityKeyMissing = "identity-key-missing"
    case tokenKeysUnavailable = "token-keys-unavailable"
    case internalFailure = "internal-failure"

    package var status: HTTPResponse.Status {
        switch self {
        case .tokenMissing, .tokenInvalid, .tokenExpired, .sessionMissing: .unauthorized
        case .roleNotPermitted, .ledgerNotPermitted, .auditorRequired, .formForged, .signInFailed: .forbidden
        case .routeNotFound, .problemNotFound, .webhookNotFound, .ledgerNotFound, .notSealed: .notFound
        case .tooManyWebhooks, .syncNotConfirmed, .logRewound: .conflict
        case .dataInArchive, .syncPointUnknown: .gone
        case .syncListInvalid: .unprocessableContent
        case .methodNotAllowed: .methodNotAllowed
        case .messageMalformed, .requestInvalid, .historyPointInvalid, .logFilterInvalid, .bodyMalformed: .badRequest
        case .headTooLarge, .tokenTooLarge: .requestHeaderFieldsTooLarge
        case .bodyTooLarge, .tooManyLines: .contentTooLarge
        case .mediaTypeUnsupported, .contentCodingUnsupported: .unsupportedMediaType
        case .preconditionFailed: .preconditionFailed
        case .requestTimedOut: .requestTimeout
        case .serverTimedOut: .gatewayTimeout
        case .tooManyRequests, .tooManyDryRuns: .tooManyRequests
        case .overloaded, .stopped, .databaseUnavailable, .outcomeUnknown, .diskFull, .clockBehind, .clockAhead,
            .noActivePolicy,
            .identityKeyMissing, .tokenKeysUnavailable, .signInUnavailable:
            .serviceUnavailable
        case .internalFailure: .internalServerError
        }
    }

    /// Seconds after which the same request may succeed; nil where time alone does not mend it.
    var retryAfter: Int? {
        switch self {
        case .overloaded, .tooManyRequests, .outcomeUnknown, .serverTimedOut: 1
        case .stopped, .databaseUnavailable, .diskFull, .tokenKeysUnavailable, .signInUnavailable: 5
        default: nil
        }
    }
}

/// A title, a sentence and what to do.
struct ProblemText: Sendable {
    let title: LocalizedText
    let detail: LocalizedText
    let advice: LocalizedText
}
