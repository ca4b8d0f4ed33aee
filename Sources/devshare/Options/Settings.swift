import ArgumentParser
import Configuration
import Foundation
import SystemPackage

/// Options that every verb takes. What is not given on the command line is looked up in the environment
/// (`DEVSHARE_DATABASE_URL`) and then in the configuration file (`database.url`).
struct SettingsOptions: ParsableArguments {
    @Option(help: "PostgreSQL connection string or URL. Without one, an embedded server in --data is used.")
    var databaseUrl: String?

    @Option(help: "Folder of the embedded server. (default: .devshare)")
    var data: String?

    @Option(help: "Name of the ledger: one per tenant. (default: default)")
    var ledger: String?

    @Option(help: "JSON configuration file with the same settings: database.url, data, ledger, identity.key, identity.key-id.")
    var config: String?

    @Flag(help: "Print JSON instead of text.")
    var json = false

    /// The settings in force: command line before environment before file before default.
    func settings() async throws -> Settings {
        var providers: [any ConfigProvider] = [
            EnvironmentVariablesProvider().prefixKeys(with: "devshare")
        ]
        if let config {
            do {
                providers.append(try await FileProvider<JSONSnapshot>(filePath: FilePath(config)))
            } catch {
                throw ValidationError("The configuration file \(config) cannot be read: \(error)")
            }
        }
        let reader = ConfigReader(providers: providers)
        return Settings(
            databaseURL: databaseUrl ?? reader.string(forKey: "database.url", isSecret: true),
            dataDirectory: URL(fileURLWithPath: data ?? reader.string(forKey: "data", default: ".devshare")),
            ledger: ledger ?? reader.string(forKey: "ledger", default: "default"),
            identityKey: reader.string(forKey: "identity.key", isSecret: true),
            identityKeyID: reader.string(forKey: "identity.key-id", default: "default"))
    }
}

/// What the program works with.
struct Settings: Sendable {
    /// Nil: the embedded server.
    var databaseURL: String?
    var dataDirectory: URL
    var ledger: String
    /// Secret of the identity fingerprints, in hexadecimal, at least 32 bytes. Nil: one is made and kept in `dataDirectory`.
    var identityKey: String?
    var identityKeyID: String
}
