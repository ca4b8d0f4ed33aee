import Crypto
import EligibilityPolicy
import Foundation

/// The secret under which identity data is fingerprinted. Whoever has it can test guesses, so it stays out of the database.
public struct FingerprintKey: Sendable {
    /// Says which key made a fingerprint; not secret.
    public let id: String
    private let key: SymmetricKey

    /// Bytes of a secret, at least.
    public static let shortestSecret = 32

    /// Throws `invalid-input` for a secret that is too short, or an id that is not of 1 to 64 letters, digits and `. _ @ : -`.
    public init(id: String, secret: [UInt8]) throws(SharingError) {
        guard id.isIdentifier else {
            throw .invalidInput(field: "identity.keyID", problem: "must have 1 to 64 letters, digits and . _ @ : -")
        }
        guard secret.count >= Self.shortestSecret else {
            throw .invalidInput(field: "identity.key", problem: "must have at least \(Self.shortestSecret) bytes")
        }
        self.id = id
        key = SymmetricKey(data: secret)
    }

    /// HMAC-SHA-256 (RFC 2104) over a name, a zero byte and the normalised value.
    private func fingerprint(_ name: String, _ value: String) -> [UInt8] {
        Array(HMAC<SHA256>.authenticationCode(for: Data("\(name)\u{0}\(value)".utf8), using: key))
    }

    /// Fingerprints of everything that is known.
    public func fingerprints(of data: IdentityData) -> IdentityFingerprints {
        var values: [IdentityAttribute: [UInt8]] = [:]
        func add(_ attribute: IdentityAttribute, _ value: String?) {
            if let value { values[attribute] = fingerprint(attribute.rawValue, value) }
        }
        add(.dateOfBirth, data.dateOfBirth)
        add(.residence, data.residence)
        add(.socialSecurityNumber, data.socialSecurityNumber)
        let citizenships = data.citizenships.map { fingerprint(IdentityAttribute.citizenship.rawValue, $0) }
        if !citizenships.isEmpty { values[.citizenship] = FingerprintList(citizenships).bytes }
        let documents = data.documents.map(fingerprint)
        if !documents.isEmpty { values[.document] = DocumentFingerprint.bytes(of: documents) }
        return IdentityFingerprints(keyID: id, isUSPerson: data.isUSPerson, values: values)
    }

    private func fingerprint(_ document: NormalDocument) -> DocumentFingerprint {
        let name = IdentityAttribute.document.rawValue
        return DocumentFingerprint(
            whole: fingerprint(name, document.text), type: fingerprint(name + "-type", document.type),
            issuer: document.issuer.map { fingerprint(name + "-issuer", $0) })
    }
}

extension FingerprintKey: CustomStringConvertible, CustomReflectable {
    public var description: String { "fingerprint key \(id)" }
    public var customMirror: Mirror { Mirror(self, children: ["id": id]) }
}
