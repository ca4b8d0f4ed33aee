import HTTPTypes

/// What browsers are told with every answer: frame nothing, guess nothing, run nothing, and keep nothing unless the answer
/// itself says that it may be kept.
struct SecurityHeaders: Sendable {
    /// Whether the connection is encrypted, so that it can be asked to stay so.
    let isSecure: Bool

    private static let all: [(String, String)] = [
        (
            "Content-Security-Policy",
            "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        ),
        ("Cross-Origin-Resource-Policy", "same-origin"),
        ("Referrer-Policy", "no-referrer"),
        ("X-Content-Type-Options", "nosniff"),
        ("X-Frame-Options", "DENY"),
    ]

    private static let strictTransport = ("Strict-Transport-Security", "max-age=31536000; includeSubDomains")

    func add(to headers: inout HTTPFields) {
        if headers[.cacheControl] == nil { headers[.cacheControl] = "no-store" }
        for (name, value) in isSecure ? Self.all + [Self.strictTransport] : Self.all {
            if let name = HTTPField.Name(name) { headers[name] = value }
        }
    }
}
