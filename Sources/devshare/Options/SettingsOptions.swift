import ArgumentParser
import Configuration
import EligibilityPolicy
import Foundation
import Logging

/// Options that every verb takes. What is not given on the command line is looked up in the environment
/// (`DEVSHARE_DATABASE_URL`) and then in the configuration file (`database.url`).
struct SettingsOptions: ParsableArguments {
    @Option(help: "PostgreSQL connection string or URL. Without one, an embedded server in --data is used.")
    var databaseUrl: String?

    @Option(help: "Folder of the embedded server. (default: .devshare)")
    var data: String?

    @Option(help: "Name of the ledger: one per tenant. (default: default)")
    var ledger: String?

    @Option(
        help: """
            Language of errors, of decisions and stories, of what policy check, test, diff and explain say, and of the names of \
            states, rules and devices: en, zh-Hant, zh-Hans. Headings and the rest are in English. (default: en)
            """)
    var language: Language?

    @Option(help: "JSON configuration file; see devshare --help.")
    var config: String?

    @Option(help: "Log lines on standard error: text or json. (default: text)")
    var logFormat: LogFormat?

    @Flag(help: "Print JSON instead of text: one object on a line.")
    var json = false

    /// What is not given on the command line: environment before file. Throws `setting-unknown` and `setting-invalid` for what
    /// cannot be used, also where something else comes before it.
    func reader() async throws -> ConfigReader {
        let variables = ProcessInfo.processInfo.environment
        let environment = EnvironmentVariablesProvider(environmentVariables: variables).prefixKeys(with: "devshare")
        try EnvironmentCheck.check(variables, ConfigReader(provider: environment))
        var providers: [any ConfigProvider] = [environment]
        if let file = config ?? variables[EnvironmentCheck.file] {
            providers.append(try await ConfigurationFile.provider(file))
        }
        return ConfigReader(providers: providers)
    }

    /// The settings in force: command line before environment before file before default.
    func settings(defaultLogLevel: Logger.Level = .critical) async throws -> Settings {
        let reader = try await reader()
        return Settings(
            databaseURL: databaseUrl ?? reader.string(forKey: "database.url", isSecret: true),
            dataDirectory: URL(fileURLWithPath: data ?? reader.string(forKey: "data", default: ".devshare")),
            ledger: ledger ?? reader.string(forKey: "ledger", default: "default"),
            language: language ?? Self.choice(reader, "language") ?? .english,
            identityKey: reader.string(forKey: "identity.key", isSecret: true),
            identityKeyID: reader.string(forKey: "identity.key-id", default: "default"),
            checkpoints: CheckpointSettings(reader),
            allowsPrivateReceivers: reader.bool(forKey: "webhooks.allow-private", default: false),
            logLevel: Self.choice(reader, "log.level") ?? defaultLogLevel,
            logFormat: logFormat ?? Self.choice(reader, "log.format") ?? .text, json: json)
    }

    /// A setting that has been checked already.
    static func choice<Choice: RawRepresentable & CaseIterable>(
        _ reader: ConfigReader, _ key: ConfigKey
    ) -> Choice? where Choice.RawValue == String {
        reader.string(forKey: key).flatMap { Choice(rawValue: $0) }
    }
}

extension Language: ExpressibleByArgument {}
extension LogFormat: ExpressibleByArgument {}
