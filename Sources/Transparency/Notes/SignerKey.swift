import Crypto
import Foundation

/// A private key of notes. Its text form is Go's `PRIVATE+KEY+NAME+ID+BASE64`, the last part being the signature type and the
/// seed; it is a secret, and printing the value does not give it away.
public struct SignerKey: Sendable, CustomStringConvertible {
    private static let prefix = "PRIVATE+KEY+"

    public let verifier: VerifierKey
    private let key: Curve25519.Signing.PrivateKey

    private init(_ key: Curve25519.Signing.PrivateKey, name: KeyName) {
        self.key = key
        verifier = VerifierKey(key.publicKey, name: name)
    }

    /// A new key.
    public static func generate(name: KeyName) -> SignerKey { SignerKey(Curve25519.Signing.PrivateKey(), name: name) }

    /// Reads the text form. Throws `malformed-key`, never with the key in it.
    public init(_ text: String) throws(TransparencyError) {
        guard text.hasPrefix(Self.prefix) else {
            throw TransparencyError(.malformedKey, "a signing key begins with \(Self.prefix)")
        }
        let parts = text.dropFirst(Self.prefix.count).split(
            separator: "+", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, let id = KeyID(hex: parts[1]), let data = Data(strictBase64: String(parts[2])) else {
            throw TransparencyError(.malformedKey, "a signing key has the form \(Self.prefix)NAME+ID+BASE64")
        }
        guard data.first == SignatureType.ed25519.rawValue,
            let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: data.dropFirst())
        else { throw TransparencyError(.malformedKey, "the signing key is not of Ed25519") }
        self.init(key, name: try KeyName(String(parts[0])))
        guard verifier.id == id else {
            throw TransparencyError(
                .malformedKey, "the signing key's id is \(verifier.id), not \(id): the text was changed")
        }
    }

    /// The text form, to be kept where secrets are kept.
    public var secretText: String {
        Self.prefix + "\(verifier.name)+\(verifier.id)+"
            + (Data([SignatureType.ed25519.rawValue]) + key.rawRepresentation).base64EncodedString()
    }

    /// Signs a note's text.
    func signature(of text: [UInt8]) throws(TransparencyError) -> NoteSignature {
        guard let signature = try? key.signature(for: text) else {
            throw TransparencyError(.malformedKey, "the key \(verifier.name) did not sign")
        }
        return NoteSignature(name: verifier.name, keyID: verifier.id, signature: Array(signature))
    }

    public var description: String { "private key of \(verifier)" }
}
