import AsyncHTTPClient
import Canonical
import Crypto
import Foundation
import HTTPTypes
import Hummingbird
import JWTKit
import NIOCore
import Synchronization

@testable import HTTPEdge
@testable import SharingConsole

/// A small OpenID Connect provider on a real socket: everybody who comes is signed in at once.
final class OpenIDServer: Sendable {
    /// What it does wrong, or otherwise.
    struct Behaviour: Sendable {
        var subject = "h.tan"
        var roles = ["compliance"]
        var nonce: String?
        var audience: [String] = [OpenIDServer.clientID]
        var authorizedParty: String?
        var issuer: String?
        var lifetime: Duration = .seconds(300)
        /// Further claims of the token, and those that are otherwise; null leaves one out.
        var claims: [String: JSONValue] = [:]
        var type = "JWT"
        /// The token is signed with a key that is not in the set.
        var isForged = false
        /// The browser comes back with this instead of a code.
        var error: String?
    }

    private struct Grant: Sendable {
        let nonce: String
        let challenge: String
        let redirect: String
    }

    private struct State {
        var behaviour = Behaviour()
        var grants: [String: Grant] = [:]
        var port = 0
        var codes = 0
        var refusals = 0
    }

    static let clientID = "console"
    static let clientSecret = "s3cret/+"
    private static let keyID = "k1"

    private let state = Mutex(State())
    private let key = ES256PrivateKey()
    private let otherKey = ES256PrivateKey()

    var issuer: String { "http://127.0.0.1:\(state.withLock { $0.port })" }
    var refusals: Int { state.withLock { $0.refusals } }

    func behave(_ change: (inout Behaviour) -> Void) { state.withLock { change(&$0.behaviour) } }

    /// What the console knows of it.
    var configuration: OpenIDConfiguration {
        OpenIDConfiguration(
            issuer: issuer, clientID: Self.clientID, clientSecret: Self.clientSecret,
            redirectAddress: "http://console.example/console/sign-in/return", rolesClaim: "realm_access.roles")
    }

    /// Listens for as long as `body` runs.
    static func listening(_ body: @Sendable @escaping (OpenIDServer) async throws -> Void) async throws {
        let server = OpenIDServer()
        let (ports, listening) = AsyncStream.makeStream(of: Int.self)
        let application = Application(
            router: server.router(), configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { listening.yield($0.localAddress?.port ?? 0) })
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await application.run() }
            group.addTask {
                for await port in ports {
                    server.state.withLock { $0.port = port }
                    return try await body(server)
                }
            }
            try await group.next()
            group.cancelAll()
            while try await group.next() != nil {}
        }
    }

    private func router() -> Router<BasicRequestContext> {
        let router = Router()
        router.get("/.well-known/openid-configuration") { _, _ in
            Self.json([
                "issuer": .string(self.issuer), "authorization_endpoint": .string(self.issuer + "/authorize"),
                "token_endpoint": .string(self.issuer + "/token"), "jwks_uri": .string(self.issuer + "/keys"),
                "code_challenge_methods_supported": ["S256"],
            ])
        }
        router.get("/keys") { _, _ in
            let parameters = self.key.parameters
            return Self.json([
                "keys": [
                    [
                        "kty": "EC", "crv": "P-256", "alg": "ES256", "use": "sig", "kid": .string(Self.keyID),
                        "x": .string(Base64URL.unpadded(parameters?.x ?? "")),
                        "y": .string(Base64URL.unpadded(parameters?.y ?? "")),
                    ]
                ]
            ])
        }
        router.get("/authorize") { request, _ in self.authorize(FormFields(request.uri.query ?? "")) }
        router.post("/token") { request, _ in
            let body = try await request.body.collect(upTo: 65_536)
            return try await self.token(FormFields(String(buffer: body)), request.headers[.authorization])
        }
        return router
    }

    private func authorize(_ query: FormFields) -> Response {
        guard query.text("response_type") == "code", query.text("client_id") == Self.clientID,
            query.text("code_challenge_method") == "S256", query.text("scope")?.contains("openid") == true,
            let redirect = query.text("redirect_uri"), let state = query.text("state"), let nonce = query.text("nonce"),
            let challenge = query.text("code_challenge")
        else { return Response(status: .badRequest) }
        let fields: [(String, String?)] = self.state.withLock { own in
            if let error = own.behaviour.error { return [("error", error), ("state", state)] }
            own.codes += 1
            own.grants["code-\(own.codes)"] = Grant(nonce: nonce, challenge: challenge, redirect: redirect)
            return [("code", "code-\(own.codes)"), ("state", state)]
        }
        return Response(
            status: .found, headers: [.location: FormFields.address(redirect, fields.map { (name: $0.0, value: $0.1) })])
    }

    private func token(_ form: FormFields, _ authorization: String?) async throws -> Response {
        let pair = "\(Self.clientID):\(QueryString.encoded(Self.clientSecret))"
        // Each code is good once.
        let grant = state.withLock { own in form.text("code").flatMap { own.grants.removeValue(forKey: $0) } }
        guard authorization == "Basic " + Data(pair.utf8).base64EncodedString(), let grant,
            form.text("grant_type") == "authorization_code", form.text("redirect_uri") == grant.redirect,
            let verifier = form.text("code_verifier"),
            Base64URL.text(Array(SHA256.hash(data: Data(verifier.utf8)))) == grant.challenge
        else {
            state.withLock { $0.refusals += 1 }
            return Self.json(["error": "invalid_grant"], status: .badRequest)
        }
        let behaviour = state.withLock { $0.behaviour }
        let now = Timestamp.now
        var claims: JSONObject = [
            "iss": .string(behaviour.issuer ?? issuer), "aud": JSONValue(behaviour.audience), "sub": .string(behaviour.subject),
            "exp": .integer(now.advanced(by: behaviour.lifetime).microseconds / 1_000_000),
            "iat": .integer(now.microseconds / 1_000_000), "nonce": .string(behaviour.nonce ?? grant.nonce),
            "realm_access": ["roles": JSONValue(behaviour.roles)], "ledger": "default",
        ]
        claims["azp"] = behaviour.authorizedParty.map { .string($0) }
        for (name, value) in behaviour.claims { claims[name] = value == .null ? JSONValue?.none : value }
        let header: JSONValue = ["alg": "ES256", "typ": .string(behaviour.type), "kid": .string(Self.keyID)]
        let signed = [header, .object(claims)].map { Base64URL.text($0.canonicalBytes()) }.joined(separator: ".")
        let signer = try await JWTKeyCollection().add(
            ecdsa: behaviour.isForged ? otherKey : key, kid: JWKIdentifier(string: Self.keyID)
        ).getKey(for: JWKIdentifier(string: Self.keyID))
        let text = signed + "." + Base64URL.text(try signer.sign(Array(signed.utf8)))
        return Self.json(["id_token": .string(text), "token_type": "Bearer", "access_token": "a"])
    }

    private static func json(_ value: JSONValue, status: HTTPResponse.Status = .ok) -> Response {
        Response(
            status: status, headers: [.contentType: "application/json"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: value.canonicalBytes())))
    }
}
