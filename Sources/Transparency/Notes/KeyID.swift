import Canonical
import Crypto

/// The four bytes by which a signature names its key (c2sp.org/signed-note): a hint, not a protection.
public struct KeyID: Hashable, Sendable, CustomStringConvertible {
    public let value: UInt32

    init(value: UInt32) { self.value = value }

    /// `SHA-256(key name || 0x0A || 0x01 || public key)[:4]`
    init(of key: Curve25519.Signing.PublicKey, named name: KeyName) {
        let digest = Digest(
            sha256: Array(name.text.utf8) + [0x0A, SignatureType.ed25519] + Array(key.rawRepresentation))
        value = digest.bytes.prefix(4).reduce(0) { $0 << 8 | UInt32($1) }
    }

    /// Eight hexadecimal digits.
    init?(hex: some StringProtocol) {
        guard let bytes = [UInt8](hex: hex), bytes.count == 4 else { return nil }
        value = bytes.reduce(0) { $0 << 8 | UInt32($1) }
    }

    var bytes: [UInt8] { withUnsafeBytes(of: value.bigEndian) { Array($0) } }

    public var description: String { bytes.hex }
}

/// The byte that says how a note is signed.
enum SignatureType {
    /// Ed25519 over the note's text.
    static let ed25519: UInt8 = 0x01
}
