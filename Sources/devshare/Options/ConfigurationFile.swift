import Configuration
import Foundation
import SystemPackage

/// The JSON file of settings.
enum ConfigurationFile {
    /// Every setting that is read anywhere, by its name in the file; the environment has the same ones
    /// (`DEVSHARE_DATABASE_URL`).
    static let names = [
        "checkpoint.former-keys", "checkpoint.key", "checkpoint.key-file", "checkpoint.origin", "checkpoint.witnesses",
        "console.client-id", "console.client-secret", "console.entity-claim", "console.idle-minutes", "console.issuer",
        "console.redirect-address", "console.roles-claim", "console.session-key", "console.session-minutes", "data",
        "database.url", "identity.key", "identity.key-id", "language", "ledger", "log.format", "log.level", "remote.token",
        "remote.url", "server.connections", "server.host", "server.plain-http", "server.port", "server.rate",
        "server.tls.certificate", "server.tls.key", "server.webhook-timeout", "tokens.audience", "tokens.issuer",
        "tokens.jwks", "tokens.roles-claim",
    ]

    /// Throws `file-unreadable`, and `setting-unknown`: a misspelt setting would leave the default in force without a word.
    static func provider(_ file: String) async throws -> any ConfigProvider {
        let provider: FileProvider<JSONSnapshot>
        let content: Any
        do {
            provider = try await FileProvider<JSONSnapshot>(filePath: FilePath(file))
            content = try JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: file)))
        } catch {
            throw DevshareError(
                .fileUnreadable, "the configuration file \(file) cannot be read",
                advice: "It must be there, and hold a JSON object.")
        }
        if let unknown = names(in: content).sorted().first(where: { !names.contains($0) }) {
            throw DevshareError(
                .settingUnknown, "the configuration file \(file) sets \(unknown), which is no setting",
                advice: advice(on: unknown))
        }
        return provider
    }

    /// The names of all values, with those of the objects that they stand in.
    private static func names(in value: Any, below path: String = "") -> [String] {
        guard let object = value as? [String: Any] else { return [path] }
        return object.flatMap { names(in: $0.value, below: path.isEmpty ? $0.key : "\(path).\($0.key)") }
    }

    private static func advice(on unknown: String) -> String {
        let distances = names.map { (name: $0, distance: $0.difference(from: unknown).count) }
        guard let nearest = distances.min(by: { $0.distance < $1.distance }), nearest.distance <= unknown.count / 3 else {
            return "Known are: \(names.joined(separator: ", "))."
        }
        return "Did you mean \(nearest.name)?"
    }
}
