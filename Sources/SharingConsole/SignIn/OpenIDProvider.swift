import AsyncHTTPClient
import Canonical
import Foundation
import HTTPEdge
import Logging
import NIOCore

/// The provider at which people sign in: authorisation code flow with PKCE (OpenID Connect Core, section 3.1).
actor OpenIDProvider {
    private struct Known {
        let metadata: OpenIDMetadata
        let keys: KeySet
        let at: ContinuousClock.Instant
    }

    private static let discovery = "/.well-known/openid-configuration"
    private static let timeout: TimeAmount = .seconds(10)
    /// Bytes of an answer, at most.
    private static let largest = 1 << 20
    /// How old the discovery document may become.
    private static let maximumAge: Duration = .seconds(3_600)

    private let configuration: OpenIDConfiguration
    private let limits: ServerLimits
    private let logger: Logger
    private let clock: @Sendable () -> Timestamp
    private var known: Known?

    private enum Failure: Error {
        case status(UInt)
        case withoutToken
    }

    init(
        _ configuration: OpenIDConfiguration, limits: ServerLimits, logger: Logger,
        clock: @escaping @Sendable () -> Timestamp
    ) {
        self.configuration = configuration
        self.limits = limits
        self.logger = logger
        self.clock = clock
    }

    /// Where a browser goes to sign in. Throws `sign-in-unavailable`.
    func authorizationAddress(for pending: PendingSignIn) async throws(ProblemDetails) -> String {
        let endpoint = try await discovered().metadata.authorizationEndpoint
        let query = [
            ("response_type", "code"), ("client_id", configuration.clientID), ("redirect_uri", configuration.redirectAddress),
            ("scope", configuration.scopes.joined(separator: " ")), ("state", pending.state), ("nonce", pending.nonce),
            ("code_challenge", pending.challenge), ("code_challenge_method", "S256"),
        ]
        return endpoint + (endpoint.contains("?") ? "&" : "?") + Self.form(query)
    }

    /// Who signed in, from the code that the browser brought back. Throws `sign-in-failed` and `sign-in-unavailable`.
    func principal(code: String, for pending: PendingSignIn) async throws(ProblemDetails) -> Principal {
        let known = try await discovered()
        let text = try await identityToken(code: code, pending, known.metadata)
        do {
            let token = try SignedToken(text, for: .identity, rules: configuration.rules, limits: limits)
            try await known.keys.checkSignature(of: token)
            // OpenID Connect Core, section 3.1.3.7: the token is for us, and of this sign-in.
            guard token.isMeant(for: configuration.clientID) else { throw TokenRefusal.claim("azp") }
            guard let nonce = token.claims["nonce"]?.stringValue, Secret.isEqual(nonce, pending.nonce) else {
                throw TokenRefusal.claim("nonce")
            }
            return try token.principal(configuration.rules, at: clock())
        } catch let refusal as TokenRefusal {
            logger.warning("an ID token is not believed", metadata: ["reason": "\(refusal.reason)"])
            throw ProblemDetails(.signInFailed)
        } catch {
            // The keys cannot be loaded, as the log says.
            throw ProblemDetails(.signInUnavailable)
        }
    }

    // MARK: Asking the provider

    private func discovered() async throws(ProblemDetails) -> Known {
        if let known, .now - known.at < Self.maximumAge { return known }
        do {
            let base = configuration.issuer.hasSuffix("/") ? String(configuration.issuer.dropLast()) : configuration.issuer
            let json = try await ask(HTTPClientRequest(url: base + Self.discovery))
            let metadata = try OpenIDMetadata(json, issuer: configuration.issuer)
            // The keys are kept for as long as they are at the same address.
            let keys =
                known?.metadata.keySet == metadata.keySet ? known?.keys : nil
            let found = Known(
                metadata: metadata, keys: keys ?? KeySet(source: .url(metadata.keySet), limits: limits, logger: logger), at: .now)
            known = found
            return found
        } catch {
            logger.error("the provider's discovery document cannot be had", metadata: ["error": "\(error)"])
            // An old one is better than none.
            if let known { return known }
            throw ProblemDetails(.signInUnavailable)
        }
    }

    private func identityToken(code: String, _ pending: PendingSignIn, _ metadata: OpenIDMetadata)
        async throws(ProblemDetails) -> String
    {
        var form = [
            ("grant_type", "authorization_code"), ("code", code), ("redirect_uri", configuration.redirectAddress),
            ("code_verifier", pending.verifier),
        ]
        var request = HTTPClientRequest(url: metadata.tokenEndpoint)
        request.method = .POST
        request.headers.add(name: "Content-Type", value: "application/x-www-form-urlencoded")
        request.headers.add(name: "Accept", value: "application/json")
        if let secret = configuration.clientSecret, !metadata.takesSecretInForm {
            // RFC 6749, section 2.3.1: each encoded as in a form.
            let pair = QueryString.encoded(configuration.clientID) + ":" + QueryString.encoded(secret)
            request.headers.add(name: "Authorization", value: "Basic " + Data(pair.utf8).base64EncodedString())
        } else {
            form.append(("client_id", configuration.clientID))
            if let secret = configuration.clientSecret { form.append(("client_secret", secret)) }
        }
        request.body = .bytes(ByteBuffer(string: Self.form(form)))
        do {
            guard let token = try await ask(request)["id_token"]?.stringValue else { throw Failure.withoutToken }
            return token
        } catch {
            // A code that is wrong, old or used is refused with 400 (RFC 6749, section 5.2).
            if case Failure.status(let status)? = error as? Failure, status < 500 {
                logger.warning("the provider refused a code", metadata: ["status": .stringConvertible(status)])
                throw ProblemDetails(.signInFailed)
            }
            logger.error("the provider did not give a token", metadata: ["error": "\(error)"])
            throw ProblemDetails(.signInUnavailable)
        }
    }

    private func ask(_ request: HTTPClientRequest) async throws -> JSONValue {
        let response = try await IssuerClient.shared.execute(request, timeout: Self.timeout)
        guard response.status == .ok else { throw Failure.status(response.status.code) }
        return try JSONValue(parsing: String(buffer: try await response.body.collect(upTo: Self.largest)))
    }

    private static func form(_ fields: [(String, String)]) -> String {
        fields.map { "\($0.0)=\(QueryString.encoded($0.1))" }.joined(separator: "&")
    }
}

extension SignedToken {
    /// Where a token is for several, it says for whom it was asked.
    fileprivate func isMeant(for client: String) -> Bool {
        if let party = claims["azp"] { return party.stringValue == client }
        return (claims["aud"]?.arrayValue?.count ?? 1) == 1
    }
}
