import Canonical
import Crypto

/// The four bytes by which a signature names its key (c2sp.org/signed-note): a hint, not a protection.
public struct KeyID: Hashable, Sendable, CustomStringConvertible {
    public let value: UInt32

    init(value: UInt32) { self.value = value }

    /// `SHA-256(key name || 0x0A || signature type || public key)[:4]`
    init(of key: [UInt8], _ type: SignatureType, named name: KeyName) {
        let digest = Digest(sha256: Array(name.text.utf8) + [0x0A, type.rawValue] + key)
        value = digest.bytes.prefix(4).reduce(0) { $0 << 8 | UInt32($1) }
    }

    /// Eight hexadecimal digits, in lower case as the specification has them.
    init?(hex: some StringProtocol) {
        guard let bytes = [UInt8](hex: hex), bytes.count == 4, bytes.hex.hasSameBytes(as: hex) else { return nil }
        value = bytes.reduce(0) { $0 << 8 | UInt32($1) }
    }

    var bytes: [UInt8] { withUnsafeBytes(of: value.bigEndian) { Array($0) } }

    public var description: String { bytes.hex }
}

/// The byte that says how a note is signed.
enum SignatureType: UInt8, Sendable {
    /// Ed25519 over the note's text: how a log signs.
    case ed25519 = 0x01
    /// Ed25519 over a time and the note's text (c2sp.org/tlog-cosignature): how a witness does.
    case cosignature = 0x04
}
