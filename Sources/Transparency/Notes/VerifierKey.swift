import Canonical
import Crypto
import Foundation

/// A public key of notes. Its text form is Go's `NAME+ID+BASE64`, the last part being the signature type and the key.
public struct VerifierKey: Hashable, Sendable, CustomStringConvertible {
    public let name: KeyName
    public let id: KeyID
    private let publicKey: Data

    init(_ key: Curve25519.Signing.PublicKey, name: KeyName) {
        self.name = name
        id = KeyID(of: key, named: name)
        publicKey = key.rawRepresentation
    }

    /// Reads the text form. Throws `malformed-key`.
    public init(_ text: String) throws(TransparencyError) {
        let parts = text.split(separator: "+", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, let id = KeyID(hex: parts[1]), let data = Data(strictBase64: String(parts[2])) else {
            throw TransparencyError(.malformedKey, "a verifier key has the form NAME+ID+BASE64")
        }
        guard data.first == SignatureType.ed25519,
            let key = try? Curve25519.Signing.PublicKey(rawRepresentation: data.dropFirst())
        else { throw TransparencyError(.malformedKey, "the key is not of Ed25519") }
        self.init(key, name: try KeyName(String(parts[0])))
        guard self.id == id else {
            throw TransparencyError(.malformedKey, "the key's id is \(self.id), not \(id): the text was changed")
        }
    }

    func isSignature(_ signature: [UInt8], of text: [UInt8]) -> Bool {
        guard let key = try? Curve25519.Signing.PublicKey(rawRepresentation: publicKey) else { return false }
        return key.isValidSignature(signature, for: text)
    }

    public var description: String {
        "\(name)+\(id)+" + (Data([SignatureType.ed25519]) + publicKey).base64EncodedString()
    }
}
