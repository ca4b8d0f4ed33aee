import EligibilityPolicy
import Logging

/// A setting of the environment and of the configuration file: the one home of its name and of what it may be.
struct Setting: Sendable {
    enum Kind: Sendable {
        /// A text; in the file a JSON string.
        case text
        /// A whole number; in the file a JSON number.
        case number
        /// `true` or `false`; in the file a JSON boolean.
        case flag
        /// One of these texts.
        case choice([String])
    }

    /// As the file has it, with the names of the objects around it: `server.port`.
    let name: String
    let kind: Kind

    /// As the environment has it: `DEVSHARE_SERVER_PORT`.
    var variable: String { Self.prefix + name.uppercased().replacing(".", with: "_").replacing("-", with: "_") }

    static let prefix = "DEVSHARE_"

    static let all: [Setting] = texts + numbers + flags + choices

    private static let texts: [Setting] = [
        "checkpoint.former-keys", "checkpoint.key", "checkpoint.key-file", "checkpoint.origin", "checkpoint.witnesses",
        "console.client-id", "console.client-secret", "console.entity-claim", "console.issuer", "console.ledger-claim",
        "console.redirect-address", "console.roles-claim", "console.session-key", "data", "database.url", "identity.key",
        "identity.key-id", "ledger", "remote.token", "remote.url", "server.host", "server.tls.certificate", "server.tls.key",
        "server.trusted-proxies", "tokens.audience", "tokens.entity-claim", "tokens.issuer", "tokens.jwks", "tokens.ledger-claim",
        "tokens.roles-claim",
    ].map { Setting(name: $0, kind: .text) }
    private static let numbers: [Setting] = [
        "console.idle-minutes", "console.session-minutes", "database.cancel-seconds",
        "database.connect-seconds", "database.silence-seconds", "database.statement-seconds", "database.wait-seconds",
        "server.connections", "server.connections-per-address", "server.drain-seconds", "server.port",
        "server.rate",
        "server.webhook-timeout",
    ].map { Setting(name: $0, kind: .number) }
    private static let flags: [Setting] = ["server.plain-http", "tokens.ledger-optional", "webhooks.allow-private"].map {
        Setting(name: $0, kind: .flag)
    }
    private static let choices: [Setting] = [
        Setting(name: "language", kind: .choice(Language.allCases.map(\.rawValue))),
        Setting(name: "log.format", kind: .choice(LogFormat.allCases.map(\.rawValue))),
        Setting(name: "log.level", kind: .choice(Logger.Level.allCases.map(\.rawValue))),
    ]

    static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })
    static let byVariable = Dictionary(uniqueKeysWithValues: all.map { ($0.variable, $0) })

    /// What it must be, for errors.
    var requirement: String {
        switch kind {
        case .text: "a text"
        case .number: "a whole number"
        case .flag: "true or false"
        case .choice(let texts): "one of " + texts.joined(separator: ", ")
        }
    }
}

/// The known name that a misspelt one is nearest to.
enum Spelling {
    /// Names the nearest of some names, or all of them where none is near.
    static func advice(on unknown: String, among names: [String]) -> String {
        let distances = names.map { (name: $0, distance: $0.difference(from: unknown).count) }
        guard let nearest = distances.min(by: { $0.distance < $1.distance }), nearest.distance <= unknown.count / 3 else {
            return "Known are: \(names.sorted().joined(separator: ", "))."
        }
        return "Did you mean \(nearest.name)?"
    }
}
