import Canonical
import DeviceSharing
import Foundation
import JWTKit

/// A key of one's own with which to issue tokens for trying and testing.
public struct DevelopmentKey: Sendable {
    /// What tokens of such keys are like.
    public static let rules = TokenRules(issuer: "devshare-development", audience: "devshare", algorithms: [.es256])

    /// By which tokens and key sets name it.
    private let identifier: String
    private let key: ES256PrivateKey

    /// A new key.
    public init(identifier: String = "development") {
        self.identifier = identifier
        key = ES256PrivateKey()
    }

    /// Throws where the text is no PEM of a P-256 private key.
    public init(pem: String, identifier: String = "development") throws {
        self.identifier = identifier
        key = try ES256PrivateKey(pem: pem)
    }

    public var pem: String { key.pemRepresentation }

    /// The set that a server checks the tokens with.
    public var keySet: KeySource {
        let (x, y) = key.parameters.map { ($0.x, $0.y) } ?? ("", "")
        let set: JSONValue = [
            "keys": [
                [
                    "kty": "EC", "crv": "P-256", "alg": "ES256", "use": "sig", "kid": .string(identifier),
                    "x": .string(Base64URL.unpadded(x)),
                    "y": .string(Base64URL.unpadded(y)),
                ]
            ]
        ]
        return .text(String(decoding: set.canonicalBytes(), as: UTF8.self))
    }

    /// A token for these roles.
    /// - Parameter ledger: that the caller acts for; nil for a token that names none.
    public func token(
        subject: String, roles: [Role], ledger: String? = "default", entity: EntityID? = nil,
        lifetime: Duration = .seconds(3_600),
        rules: TokenRules = DevelopmentKey.rules, at now: Timestamp = .now
    ) async throws -> String {
        let keys = await JWTKeyCollection().add(ecdsa: key, kid: JWKIdentifier(string: identifier))
        let claims = Claims(
            iss: rules.issuer, aud: [rules.audience], sub: subject,
            exp: now.advanced(by: lifetime).microseconds / 1_000_000,
            iat: now.microseconds / 1_000_000, jti: UUID().uuidString, client_id: subject, roles: roles.map(\.rawValue),
            ledger: ledger,
            entity: entity?.rawValue)
        return try await keys.sign(claims, kid: JWKIdentifier(string: identifier), header: ["typ": "at+jwt"])
    }

    /// RFC 9068, section 2.2.
    private struct Claims: JWTPayload {
        let iss: String
        let aud: [String]
        let sub: String
        let exp: Int64
        let iat: Int64
        let jti: String
        let client_id: String
        let roles: [String]
        let ledger: String?
        let entity: String?

        func verify(using algorithm: some JWTAlgorithm) async throws {}
    }
}
