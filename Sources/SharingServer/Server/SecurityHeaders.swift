import HTTPTypes

/// What browsers are told with every answer: frame nothing, guess nothing, run nothing, and keep nothing unless the answer
/// itself says that it may be kept.
struct SecurityHeaders: Sendable {
    /// Whether the connection is encrypted, so that it can be asked to stay so.
    let isSecure: Bool
    /// What a page may load and do.
    var contentPolicy = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    /// Whom a browser tells where it came from.
    var referrerPolicy = "no-referrer"

    /// For pages with scripts and forms. Forms say that they come from here only where a referrer may be sent.
    static func console(isSecure: Bool) -> SecurityHeaders {
        SecurityHeaders(
            isSecure: isSecure,
            contentPolicy: """
                default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
                form-action 'self'; frame-ancestors 'none'; base-uri 'none'
                """,
            referrerPolicy: "same-origin")
    }

    private static let all: [(String, String)] = [
        ("Cross-Origin-Opener-Policy", "same-origin"),
        ("Cross-Origin-Resource-Policy", "same-origin"),
        ("X-Content-Type-Options", "nosniff"),
        ("X-Frame-Options", "DENY"),
    ]

    private static let strictTransport = ("Strict-Transport-Security", "max-age=31536000; includeSubDomains")

    func add(to headers: inout HTTPFields) {
        let own = [("Content-Security-Policy", contentPolicy), ("Referrer-Policy", referrerPolicy)]
        for (name, value) in Self.all + own + (isSecure ? [Self.strictTransport] : []) {
            if let name = HTTPField.Name(name) { headers[name] = value }
        }
        // What does not change says itself for how long it may be kept.
        if headers[.cacheControl] == nil { headers[.cacheControl] = "no-store" }
    }
}
