import Canonical
import Configuration
import HTTPEdge
import SharingConsole

/// What the settings say about the web console: `console.issuer` and the like in the environment and the configuration file.
struct ConsoleSettings: Sendable {
    /// The OpenID Connect provider at which people sign in; without one there is a console with --dev alone.
    var issuer: String?
    var clientID: String?
    var clientSecret: String?
    /// Where the provider sends people back to: `/console/sign-in/return` of this server, as browsers reach it.
    var redirectAddress: String?
    var rolesClaim: String
    var entityClaim: String
    var ledgerClaim: String
    /// Secret under which sessions are sealed, in hexadecimal.
    var sessionKey: String?
    /// Minutes without a request after which a session ends, and after which it ends in any case.
    var idleMinutes: Int
    var sessionMinutes: Int

    /// - Parameters: the claims of the API's tokens, which count where the console has none of its own.
    init(_ reader: ConfigReader, rolesClaim: String, ledgerClaim: String, entityClaim: String) {
        issuer = reader.string(forKey: "console.issuer")
        clientID = reader.string(forKey: "console.client-id")
        clientSecret = reader.string(forKey: "console.client-secret", isSecret: true)
        redirectAddress = reader.string(forKey: "console.redirect-address")
        self.rolesClaim = reader.string(forKey: "console.roles-claim", default: rolesClaim)
        self.entityClaim = reader.string(forKey: "console.entity-claim", default: entityClaim)
        self.ledgerClaim = reader.string(forKey: "console.ledger-claim", default: ledgerClaim)
        sessionKey = reader.string(forKey: "console.session-key", isSecret: true)
        idleMinutes = reader.int(forKey: "console.idle-minutes", default: 30)
        sessionMinutes = reader.int(forKey: "console.session-minutes", default: 480)
    }

    private static let minutes = 1...1_440

    private static func refuse(_ message: String, _ advice: String) -> DevshareError {
        DevshareError(.serverMisconfigured, message, advice: advice)
    }

    /// Throws `server-misconfigured`.
    func check() throws {
        guard Self.minutes.contains(idleMinutes), Self.minutes.contains(sessionMinutes) else {
            throw Self.refuse(
                "a session of the console cannot last that long",
                "Set console.idle-minutes and console.session-minutes to 1 to \(Self.minutes.upperBound).")
        }
        if sessionKey != nil, secret == nil {
            throw Self.refuse(
                "the setting console.session-key is no key",
                "Write \(ConsoleConfiguration.shortestKey * 2) or more hexadecimal digits.")
        }
        for claim in [rolesClaim, entityClaim, ledgerClaim] { _ = try ClaimPath(setting: claim) }
        guard issuer != nil else { return }
        guard clientID != nil, let redirectAddress else {
            throw Self.refuse(
                "it is not said how the provider knows the console", "Set console.client-id and console.redirect-address.")
        }
        guard redirectAddress.hasSuffix(ConsoleConfiguration.returnPath) else {
            throw Self.refuse(
                "nobody would come back from \(redirectAddress)",
                "Set console.redirect-address to this server's address with \(ConsoleConfiguration.returnPath).")
        }
        guard secret != nil else {
            throw Self.refuse(
                "no key is set under which sessions are sealed",
                "Set console.session-key to \(ConsoleConfiguration.shortestKey * 2) or more hexadecimal digits.")
        }
    }

    private var secret: [UInt8]? {
        guard let sessionKey, let bytes = [UInt8](hex: sessionKey), bytes.count >= ConsoleConfiguration.shortestKey else {
            return nil
        }
        return bytes
    }

    /// The console to serve; nil for none.
    /// - Parameters:
    ///   - isDevelopment: people choose who they are.
    ///   - isSecure: browsers reach it over TLS, as far as the server knows by itself.
    func configuration(isDevelopment: Bool, isSecure: Bool) throws -> ConsoleConfiguration? {
        var isSecure = isSecure
        var signIn = isDevelopment ? ConsoleConfiguration.SignIn.samples(SamplePerson.all) : nil
        if let issuer, let clientID, let redirectAddress {
            signIn = .provider(
                OpenIDConfiguration(
                    issuer: issuer, clientID: clientID, clientSecret: clientSecret, redirectAddress: redirectAddress,
                    rolesClaim: try ClaimPath(setting: rolesClaim), entityClaim: try ClaimPath(setting: entityClaim),
                    ledgerClaim: try ClaimPath(setting: ledgerClaim)))
            // Behind something on this machine that does TLS, plain HTTP is served without a word of it.
            if redirectAddress.lowercased().hasPrefix("https://") { isSecure = true }
        }
        guard let signIn else { return nil }
        var console = ConsoleConfiguration(signIn: signIn, sessionKey: secret, isSecure: isSecure)
        console.idleTime = .seconds(60 * idleMinutes)
        console.maximumSession = .seconds(60 * sessionMinutes)
        return console
    }

    /// The settings in force, without what is secret.
    var json: JSONValue {
        let hidden: JSONValue = "(secret)"
        func text(_ value: String?) -> JSONValue { value.map { .string($0) } ?? .null }
        return [
            "issuer": text(issuer), "client-id": text(clientID), "client-secret": clientSecret == nil ? .null : hidden,
            "redirect-address": text(redirectAddress), "roles-claim": .string(rolesClaim), "entity-claim": .string(entityClaim),
            "ledger-claim": .string(ledgerClaim),
            "session-key": sessionKey == nil ? .null : hidden, "idle-minutes": JSONValue(idleMinutes),
            "session-minutes": JSONValue(sessionMinutes),
        ]
    }
}
