import Canonical
import DeviceSharing
import Foundation

/// The key under which identity data is fingerprinted.
enum IdentityKey {
    /// The file in the data folder in which a key is kept that was made because none was configured.
    static let fileName = "identity.key"

    /// The configured key; beside an embedded server, the one in its folder, which is made where it is missing. Throws
    /// `identity-key-missing` and `identity-key-invalid`.
    static func load(_ database: Database) throws -> FingerprintKey {
        let settings = database.settings
        if let configured = settings.identityKey {
            return try key(settings.identityKeyID, configured, from: "the setting identity.key")
        }
        guard database.isEmbedded else {
            throw DevshareError(
                .identityKeyMissing, "no key is configured under which identity data could be fingerprinted",
                advice: "Set DEVSHARE_IDENTITY_KEY, or identity.key in the configuration file, to 64 or more hexadecimal digits.")
        }
        let file = settings.dataDirectory.appendingPathComponent(fileName)
        if FileManager.default.fileExists(atPath: file.path) {
            return try key(settings.identityKeyID, SecretFile.read(file), from: file.relativePath)
        }
        let secret = random()
        try SecretFile.write(secret.hex, to: file)
        return try FingerprintKey(id: settings.identityKeyID, secret: secret)
    }

    /// A key that is kept nowhere.
    static func ephemeral() throws -> FingerprintKey { try FingerprintKey(id: "demo", secret: random()) }

    private static func random() -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        return (0..<FingerprintKey.shortestSecret).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    }

    /// - Parameter source: where the text comes from, for the error; the text itself is a secret.
    private static func key(_ id: String, _ text: String, from source: String) throws -> FingerprintKey {
        guard let secret = [UInt8](hex: text.trimmingCharacters(in: .whitespacesAndNewlines)),
            secret.count >= FingerprintKey.shortestSecret
        else {
            throw DevshareError(
                .identityKeyInvalid, "\(source) is no key",
                advice: "Write \(FingerprintKey.shortestSecret * 2) or more hexadecimal digits.")
        }
        return try FingerprintKey(id: id, secret: secret)
    }
}
