import HTTPTypes

/// How the console's cookies are set and found.
struct CookieRules: Sendable {
    let isSecure: Bool

    /// Browsers take a name of this kind from this host alone, over TLS (RFC 6265bis, section 4.1.3.2).
    func name(_ name: String) -> String { (isSecure ? "__Host-" : "") + name }

    /// A `Set-Cookie` value.
    /// - Parameters:
    ///   - seconds: for how long the browser keeps it; nil for as long as it is open, 0 to forget it.
    ///   - isForScripts: whether scripts may read it.
    func cookie(_ name: String, _ value: String, seconds: Int? = nil, isForScripts: Bool = false) -> String {
        var text = "\(self.name(name))=\(value); Path=/; SameSite=Lax"
        if let seconds { text += "; Max-Age=\(seconds)" }
        if !isForScripts { text += "; HttpOnly" }
        if isSecure { text += "; Secure" }
        return text
    }

    /// The value of a request's cookie; nil where there is none, or more than one, as somebody else's would be.
    func value(_ name: String, in headers: HTTPFields) -> String? {
        let wanted = self.name(name)
        let values = headers[values: .cookie].flatMap { $0.split(separator: ";").prefix(Self.most) }.compactMap {
            pair -> String? in
            let parts = pair.split(separator: "=", maxSplits: 1)
            guard parts.count == 2, parts[0].trimming(" \t") == wanted else { return nil }
            return parts[1].trimming(" \t\"")
        }
        return values.count == 1 ? values[0] : nil
    }

    /// Cookies of a request that are looked at.
    private static let most = 100
}
