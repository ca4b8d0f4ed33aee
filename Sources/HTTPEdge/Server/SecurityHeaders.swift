import HTTPTypes

/// What browsers are told with every answer: frame nothing, guess nothing, run nothing, and keep nothing unless the answer
/// itself says that it may be kept.
package struct SecurityHeaders: Sendable {
    private let fields: [HTTPField]

    /// - Parameters:
    ///   - isSecure: whether the connection is encrypted, so that it can be asked to stay so.
    ///   - contentPolicy: what a page may load and do.
    ///   - referrerPolicy: whom a browser tells where it came from.
    package init(
        isSecure: Bool,
        contentPolicy: String =
            "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        referrerPolicy: String = "no-referrer"
    ) {
        let own = [("Content-Security-Policy", contentPolicy), ("Referrer-Policy", referrerPolicy)]
        fields = (Self.all + own + (isSecure ? [Self.strictTransport] : [])).compactMap { name, value in
            HTTPField.Name(name).map { HTTPField(name: $0, value: value) }
        }
    }

    /// For pages with scripts and forms. Forms say that they come from here only where a referrer may be sent.
    package static func console(isSecure: Bool) -> SecurityHeaders {
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

    package func add(to headers: inout HTTPFields) {
        for field in fields { headers[field.name] = field.value }
        // What does not change says itself for how long it may be kept.
        if headers[.cacheControl] == nil { headers[.cacheControl] = "no-store" }
    }
}
