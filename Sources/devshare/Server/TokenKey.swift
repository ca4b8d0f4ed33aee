import Foundation
import HTTPEdge

/// The key for development tokens, kept in the data folder.
enum TokenKey {
    static let fileName = "token.key"

    /// The key, made where it is missing. Throws `token-key-invalid`, and `file-unreadable` where it may not be read.
    static func load(_ settings: Settings) throws -> DevelopmentKey {
        let file = settings.dataDirectory.appendingPathComponent(fileName)
        guard FileManager.default.fileExists(atPath: file.path) else {
            try FileManager.default.createDirectory(
                at: settings.dataDirectory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o755])
            let key = DevelopmentKey()
            try SecretFile.write(key.pem, to: file)
            return key
        }
        let text = try SecretFile.read(file)
        do {
            return try DevelopmentKey(pem: text)
        } catch {
            throw DevshareError(
                .tokenKeyInvalid, "\(file.relativePath) is no key", advice: "Remove it: a new one is made.")
        }
    }
}
