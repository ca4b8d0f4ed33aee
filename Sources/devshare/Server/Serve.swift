import ArgumentParser
import BundledFiles
import Canonical
import DeviceSharing
import Foundation
import HTTPEdge
import Logging
import Metrics
import OpenMetrics
import SharingAudit
import SharingEngine
import SharingLog
import SharingServer

/// `devshare serve`.
struct Serve: Verb {
    static let configuration = CommandConfiguration(
        abstract: "Serves the HTTP API and the web console until it is interrupted.",
        discussion: """
            To try it out, on this machine only and with tokens of `devshare token`:

              devshare serve --dev
              curl -H "Authorization: Bearer $(devshare token --role portal)" localhost:8080/v1/share-requests

            For others, with the tokens of an authorisation server:

              devshare serve --host 0.0.0.0 --tls-certificate tls.crt --tls-key tls.key --issuer https://login.example.com \
            --jwks https://login.example.com/jwks.json --database-url postgresql://sharing_server@db/sharing

            The API is described at /docs, and for programs at /openapi.json. Without a database URL the embedded server in --data \
            is made and migrated where that is needed; another one must have been migrated with `devshare migrate`, and its user \
            be a member of the role devshare_app, which cannot log in itself (docs/quick-start.md, section 8).

            Settings in the environment and the configuration file: server.host, server.port, server.tls.certificate, \
            server.tls.key, server.plain-http, server.rate, server.connections, server.connections-per-address, \
            server.trusted-proxies, server.webhook-timeout, server.drain-seconds (0 to 600: how long a server that is asked to \
            stop takes requests still, and is not ready), \
            database.wait-seconds (0 to 86400, 0 unless set: how long a database that cannot be reached yet is waited for at the \
            start), database.statement-seconds, database.connect-seconds, database.cancel-seconds, database.silence-seconds (1 to \
            3600: docs/operations.md says what they are for), \
            tokens.jwks, tokens.issuer, tokens.audience, tokens.roles-claim, tokens.ledger-claim, tokens.entity-claim, \
            tokens.ledger-optional (true: officers, auditors and operators may have a token that names no ledger); \
            webhooks.allow-private (true: receivers of webhooks may have private or local addresses and be reached by plain \
            http; link-local addresses never).

            A claim is named by its name; by a path whose dots lead into objects (realm_access.roles); or by a JSON Pointer, \
            which begins with a slash and takes names with dots (/https:~1~1example.com~1claims/roles).

            The web console is at /console, where people can sign in: with --dev as anybody, else at an OpenID Connect provider, by \
            the settings console.issuer, console.client-id, console.client-secret, console.redirect-address (this server's \
            /console/sign-in/return as browsers reach it), console.roles-claim, console.ledger-claim, console.entity-claim, \
            console.session-key (64 or more hexadecimal digits), console.idle-minutes, console.session-minutes.

            With --policy the policy in force is the one in that file, from the start on: one that was activated in another way \
            is replaced. A change takes effect by an event, a broken one is refused and the old one stays. All of this is logged. \
            With --candidate another policy decides beside it, without effect: each decision that would be another is logged, and \
            at the end their number.

            With a key of checkpoints (`devshare checkpoint keygen`) the log is signed as it grows, and each checkpoint shown to \
            the witnesses; a log that does not extend what they have seen is not signed, and that is logged. The \
            key is read when the server starts.

            An interrupt ends it in good order: requests under way are answered first. A second one ends it at once.

            \(ExitStatus.help)
            """)

    static var defaultLogLevel: Logger.Level { .info }

    @Flag(help: "Believe the tokens of `devshare token`, and listen on this machine only.")
    var dev = false

    @Flag(help: "Print the settings in force, without secrets, and end.")
    var printConfig = false

    @Option(help: "A policy file to keep in force.")
    var policy: String?

    @Option(help: "A policy file that decides beside the one in force, without effect.")
    var candidate: String?

    @Option(help: "Show checkpoints to this file, folder or https URL, beside those that are configured; several if need be.")
    var witness: [String] = []

    @OptionGroup var server: ServerOptions
    @OptionGroup var options: SettingsOptions

    func perform(_ given: Settings) async throws {
        var settings = given
        settings.checkpoints.witnesses += witness
        let serverSettings = ServerSettings(server, try await options.reader())
        if printConfig { return print(serverSettings, settings) }
        try serverSettings.check(isDevelopment: dev)
        try checkSurroundings(of: serverSettings)
        if dev {
            Terminal.print(
                error:
                    "DEVELOPMENT: whoever can read \(settings.dataDirectory.relativePath) can make tokens for every role."
            )
        }
        if serverSettings.database.wait > 0, let url = settings.databaseURL {
            // A signal ends it.
            try await DatabaseWait(
                time: .seconds(serverSettings.database.wait), logger: Logger(label: "devshare")
            ).run(url)
        }
        // Not cancelled with us: the engine must live for as long as requests are under way.
        let (stops, stop) = AsyncStream.makeStream(of: Void.self)
        let serving = Task { [settings] in try await serve(settings, serverSettings, until: stops) }
        try await withTaskCancellationHandler {
            try await serving.value
        } onCancel: {
            stop.finish()
        }
    }

    private func print(_ serverSettings: ServerSettings, _ settings: Settings) {
        let json = serverSettings.json(settings, isDevelopment: dev, policy: policy, candidate: candidate)
        for line in settings.json ? [json.text] : json.indentedLines { Output.line(line) }
    }

    /// What can be known to be in the way before a database is started.
    private func checkSurroundings(of serverSettings: ServerSettings) throws {
        _ = try ResourceFolder.sharingConsole.url()
        // A file that is not there at the start was misspelt; while the server runs, one may go and come back.
        _ = try policy.map { try PolicyFile($0) }
        try ListeningAddress.check(host: serverSettings.host, port: serverSettings.port)
    }

    private func serve(_ settings: Settings, _ serverSettings: ServerSettings, until stops: AsyncStream<Void>)
        async throws
    {
        let shadow = try candidate.map { try PolicyFile($0).policy() }
        try await Database.open(settings, founding: true) { database in
            if database.isEmbedded {
                _ = try await Installation(connectionString: database.connectionString).migrate(ledger: settings.ledger)
            }
            let sealing = try CheckpointKeys.sealing(database)
            if !witness.isEmpty, sealing == nil {
                throw DevshareError(
                    .serverMisconfigured, "a witness sees signed checkpoints, and there is no key to sign them with",
                    advice: "Make one with `devshare checkpoint keygen`.")
            }
            // What the libraries below measure goes there too.
            let metrics = ServerConfiguration.makeMetrics(
                ledger: settings.ledger, build: (ProgramVersion.number, ProgramVersion.schema))
            MetricsSystem.bootstrap(metrics)
            try await database.withEngine(limits: serverSettings.database.limits, candidate: shadow) { engine in
                if database.isEmbedded { _ = try await engine.activateDefaultPolicy() }
                defer { Self.log(engine.shadowReport) }
                let server = try makeServer(engine, database, serverSettings, metrics, sealing)
                let hasConsole = server.hasConsole
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask {
                        try await server.run { port in
                            let scheme = serverSettings.tls == nil ? "http" : "https"
                            let address = "\(scheme)://\(serverSettings.host):\(port)"
                            if hasConsole { Output.line("the console is at \(address)/console") }
                            Output.line("listening on \(address)")
                            // The server serves, whether or not this can be read.
                            try? Output.flush()
                        }
                    }
                    group.addTask { for await _ in stops {} }
                    if let policy {
                        let follower = PolicyFileFollower(engine, path: policy, as: Self.context)
                        group.addTask { await follower.run() }
                    }
                    try await group.next()
                    group.cancelAll()
                    try await group.waitForAll()
                }
            }
        }
    }

    /// Who activates what stands in a policy file.
    private static let context = CommandContext(actor: Actor(id: "devshare", role: .operator))

    private static func log(_ report: ShadowReport?) {
        guard let report else { return }
        Logger(label: "devshare").notice(
            "the candidate policy has decided beside the one in force",
            metadata: [
                "candidate": "\(report.candidate)", "requests": .stringConvertible(report.tally.requests),
                "otherwise": .stringConvertible(report.tally.changed),
                "other-reasons": .stringConvertible(report.tally.otherReasons),
                "failures": .stringConvertible(report.failures), "skipped": .stringConvertible(report.skipped),
            ])
    }

    private func makeServer(
        _ engine: SharingEngine, _ database: Database, _ serverSettings: ServerSettings, _ metrics: MetricsRegistry,
        _ sealing: SealingConfiguration?
    ) throws -> SharingServer {
        let settings = database.settings
        let limits = serverSettings.limits
        let authenticator =
            dev
            ? Authenticator(rules: DevelopmentKey.rules, keys: try TokenKey.load(settings).keySet, limits: limits)
            : try serverSettings.authenticator(limits)
        // Without a key everything else can be served.
        let identityKey = settings.identityKey == nil && !database.isEmbedded ? nil : try IdentityKey.load(database)
        var configuration = ServerConfiguration(
            host: serverSettings.host, port: serverSettings.port, tls: serverSettings.tls, ledger: settings.ledger,
            isLedgerOptional: serverSettings.isLedgerOptional, limits: limits, identityKey: identityKey, metrics: metrics,
            webhooks: serverSettings.webhooks,
            console: try serverSettings.console.configuration(
                isDevelopment: dev, isSecure: serverSettings.tls != nil || serverSettings.plainHTTP))
        configuration.allowsPrivateReceivers = settings.allowsPrivateReceivers
        configuration.sealing = sealing
        configuration.trustedProxies = serverSettings.trustedProxies.compactMap { AddressRange($0) }
        return try SharingServer(engine: engine, authenticator: authenticator, configuration: configuration)
    }
}
