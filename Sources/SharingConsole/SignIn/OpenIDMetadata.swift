import Canonical

/// A provider's addresses, from its discovery document (OpenID Connect Discovery, section 3).
struct OpenIDMetadata: Hashable, Sendable {
    let authorizationEndpoint: String
    let tokenEndpoint: String
    let keySet: String
    /// Whether the client's secret goes into the form, rather than into a header.
    let takesSecretInForm: Bool

    /// What is wrong with a document.
    enum Problem: Error, Hashable {
        case missing(String)
        /// Another issuer's.
        case issuer(String)
        /// An address that is not as safe as the issuer's.
        case unsafe(String)
        case withoutPKCE
    }

    /// - Parameter issuer: that was asked.
    init(_ json: JSONValue, issuer: String) throws(Problem) {
        guard let named = json["issuer"]?.stringValue else { throw .missing("issuer") }
        guard named == issuer else { throw .issuer(named) }
        func address(_ name: String) throws(Problem) -> String {
            guard let address = json[name]?.stringValue else { throw .missing(name) }
            guard address.hasPrefix("https://") || (issuer.hasPrefix("http://") && address.hasPrefix("http://")) else {
                throw .unsafe(address)
            }
            return address
        }
        authorizationEndpoint = try address("authorization_endpoint")
        tokenEndpoint = try address("token_endpoint")
        keySet = try address("jwks_uri")
        // Who does not list methods may know PKCE all the same; who lists others does not.
        if let methods = json["code_challenge_methods_supported"]?.arrayValue, !methods.contains("S256") { throw .withoutPKCE }
        let methods = json["token_endpoint_auth_methods_supported"]?.arrayValue ?? ["client_secret_basic"]
        takesSecretInForm = !methods.contains("client_secret_basic") && methods.contains("client_secret_post")
    }
}
