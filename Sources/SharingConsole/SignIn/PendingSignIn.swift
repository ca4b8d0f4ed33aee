import Canonical
import Crypto
import Foundation
import HTTPEdge
import HTTPTypes

/// Somebody who was sent to the provider and is to come back. The browser keeps it, sealed.
struct PendingSignIn: Hashable, Sendable {
    /// Ties the way back to this browser.
    let state: String
    /// Ties the ID token to it.
    let nonce: String
    /// Ties the code to it (RFC 7636).
    let verifier: String
    /// Where to go then.
    let destination: String
    let startedAt: Timestamp

    init(to destination: String, at now: Timestamp) {
        state = Secret.random(bytes: Self.secretBytes)
        nonce = Secret.random(bytes: Self.secretBytes)
        verifier = Secret.random(bytes: Self.secretBytes)
        self.destination = destination
        startedAt = now
    }

    /// The `code_challenge` of the method S256.
    var challenge: String { Base64URL.text(Array(SHA256.hash(data: Data(verifier.utf8)))) }

    private static let secretBytes = 32
}

/// Carries it over the way to the provider and back.
struct PendingSignInCookie: Sendable {
    private static let name = "devshare-sign-in"
    /// How long somebody may take at the provider.
    private static let lifetime: Duration = .seconds(600)

    let seal: CookieSeal
    let cookies: CookieRules
    let clock: @Sendable () -> Timestamp

    func begin(to destination: String) throws -> (pending: PendingSignIn, cookie: String) {
        let pending = PendingSignIn(to: destination, at: clock())
        let text = try seal.sealed(pending.json.canonicalBytes(), for: Self.name)
        return (pending, cookies.cookie(Self.name, text, seconds: Int(Self.lifetime / .seconds(1))))
    }

    func pending(in headers: HTTPFields) -> PendingSignIn? {
        guard let text = cookies.value(Self.name, in: headers), let bytes = seal.opened(text, for: Self.name),
            let json = try? JSONValue(parsing: bytes), let pending = PendingSignIn(json),
            clock() < pending.startedAt.advanced(by: Self.lifetime)
        else { return nil }
        return pending
    }

    var forgotten: String { cookies.cookie(Self.name, "", seconds: 0) }
}

extension PendingSignIn {
    fileprivate var json: JSONValue {
        [
            "state": .string(state), "nonce": .string(nonce), "verifier": .string(verifier),
            "destination": .string(destination), "startedAt": JSONValue(startedAt),
        ]
    }

    fileprivate init?(_ json: JSONValue) {
        guard let state = json["state"]?.stringValue, let nonce = json["nonce"]?.stringValue,
            let verifier = json["verifier"]?.stringValue, let destination = json["destination"]?.stringValue,
            let startedAt = json["startedAt"]?.stringValue.flatMap({ Timestamp($0) })
        else { return nil }
        self.state = state
        self.nonce = nonce
        self.verifier = verifier
        self.destination = destination
        self.startedAt = startedAt
    }
}
