import Canonical
import Crypto
import Foundation

/// A public key of notes, of a log or of a witness. Its text form is Go's `NAME+ID+BASE64`, the last part being the signature
/// type and the key.
public struct VerifierKey: Hashable, Sendable, CustomStringConvertible {
    public let name: KeyName
    public let id: KeyID
    private let type: SignatureType
    private let publicKey: Data

    init(_ key: Curve25519.Signing.PublicKey, name: KeyName) {
        self.init(key.rawRepresentation, .ed25519, name: name)
    }

    private init(_ publicKey: Data, _ type: SignatureType, name: KeyName) {
        self.name = name
        id = KeyID(of: Array(publicKey), type, named: name)
        self.type = type
        self.publicKey = publicKey
    }

    /// Reads the text form. Throws `malformed-key`.
    public init(_ text: String) throws(TransparencyError) {
        let parts = text.utf8.split(separator: UInt8(ascii: "+"), maxSplits: 2, omittingEmptySubsequences: false).map {
            String(Substring($0))
        }
        guard parts.count == 3, let id = KeyID(hex: parts[1]), let data = Data(strictBase64: parts[2]) else {
            throw TransparencyError(.malformedKey, "a verifier key has the form NAME+ID+BASE64")
        }
        guard let type = data.first.flatMap(SignatureType.init(rawValue:)), case let key = Data(data.dropFirst()), key.count == 32
        else {
            throw TransparencyError(.malformedKey, "the key is neither a log's key of Ed25519 nor a witness's")
        }
        self.init(key, type, name: try KeyName(parts[0]))
        guard self.id == id else {
            throw TransparencyError(.malformedKey, "the key's id is \(self.id), not \(id): the text was changed")
        }
    }

    /// Whether it is the key of a log. A witness only confirms what a log has signed.
    public var isOfLog: Bool { type == .ed25519 }

    /// - Parameter signature: as it is behind the key's id in the signature line.
    func isSignature(_ signature: [UInt8], of text: [UInt8]) -> Bool {
        guard Self.isCanonical(publicKey), let key = try? Curve25519.Signing.PublicKey(rawRepresentation: publicKey) else {
            return false
        }
        switch type {
        case .ed25519: return key.isValidSignature(signature, for: text)
        case .cosignature:
            guard signature.count == Self.timeLength + 64 else { return false }
            let time = signature.prefix(Self.timeLength).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            return key.isValidSignature(
                Array(signature.dropFirst(Self.timeLength)), for: Array("cosignature/v1\ntime \(time)\n".utf8) + text)
        }
    }

    /// Bytes of the time of a cosignature, seconds since 1970.
    private static let timeLength = 8

    /// Whether the bytes are the only ones that encode their point (RFC 8032, section 5.1.3): a coordinate below the field's prime,
    /// and no sign where the other coordinate is zero. Verifiers differ on others.
    private static func isCanonical(_ key: Data) -> Bool {
        var y = Array(key.reversed())
        let sign = y[0] >> 7
        y[0] &= 0x7F
        let prime: [UInt8] = [0x7F] + Array(repeating: 0xFF, count: 30) + [0xED]
        guard y.lexicographicallyPrecedes(prime) else { return false }
        let one = Array(repeating: UInt8(0), count: 31) + [1]
        let minusOne = Array(prime.dropLast()) + [0xEC]
        return sign == 0 || (y != one && y != minusOne)
    }

    public var description: String {
        "\(name)+\(id)+" + (Data([type.rawValue]) + publicKey).base64EncodedString()
    }
}
