import ArgumentParser
import Canonical
import Configuration
import Foundation
import HTTPEdge
import SharingEngine
import SharingServer
import SharingWebhooks

/// Options of the server. What is not given is looked up in the environment (`DEVSHARE_SERVER_PORT`) and in the configuration
/// file (`server.port`).
struct ServerOptions: ParsableArguments {
    @Option(help: "Address to listen on. (default: 127.0.0.1)")
    var host: String?

    @Option(help: "Port to listen on; 0 for any that is free. (default: 8080)")
    var port: Int?

    @Option(help: "Certificate chain as PEM; read again when it changes.")
    var tlsCertificate: String?

    @Option(help: "The certificate's key as PEM.")
    var tlsKey: String?

    @Flag(help: "Serve plain HTTP beyond this machine, where something in front does TLS.")
    var plainHttp = false

    @Option(help: "Key set of the authorisation server: a file, or an https URL (http on this machine only).")
    var jwks: String?

    @Option(help: "Issuer of tokens.")
    var issuer: String?

    @Option(help: "Audience that tokens must be for. (default: devshare)")
    var audience: String?

    @Option(help: "Claim with a token's roles; dots lead into objects, and a JSON Pointer begins with a slash. (default: roles)")
    var rolesClaim: String?

    @Option(help: "Requests of one client in a second; 0 for no limit. (default: 1000)")
    var rate: Int?

    @Option(
        help:
            "Connections at once; more wait until one is closed. (default: 16384, or fewer where the system allows no more files)"
    )
    var connections: Int?

    @Option(help: "Connections of one address at once; more are closed. (default: 4096, and no more than half of all)")
    var connectionsPerAddress: Int?

    @Option(
        help: "Address or network (10.0.0.0/8) of a proxy whose word on the client's address is taken; several if need be."
    )
    var trustedProxy: [String] = []

    @Option(help: "Seconds that a receiver of webhooks has to answer. (default: 15)")
    var webhookTimeout: Int?
}

/// What a server is told to be.
struct ServerSettings: Sendable {
    var host: String
    var port: Int
    var certificate: String?
    var key: String?
    var plainHTTP: Bool
    var keySet: String?
    var issuer: String?
    var audience: String
    var rolesClaim: String
    var ledgerClaim: String
    var entityClaim: String
    /// Whether officers, auditors and operators may act with a token that names no ledger.
    var isLedgerOptional: Bool
    var rate: Int
    /// Connections at once; nil for as many as is usual, where there is room for them.
    var connections: Int?
    /// Connections of one address; nil for what is usual.
    var connectionsPerAddress: Int?
    /// Addresses and networks of proxies that are believed.
    var trustedProxies: [String]
    var webhookTimeout: Int
    /// Seconds in which the server takes requests still and is not ready, once it is asked to stop.
    var drainSeconds: Int
    var database: DatabaseTimeSettings
    var console: ConsoleSettings

    init(_ options: ServerOptions, _ reader: ConfigReader) {
        host = options.host ?? reader.string(forKey: "server.host", default: "127.0.0.1")
        port = options.port ?? reader.int(forKey: "server.port", default: 8080)
        certificate = options.tlsCertificate ?? reader.string(forKey: "server.tls.certificate")
        key = options.tlsKey ?? reader.string(forKey: "server.tls.key")
        plainHTTP = options.plainHttp || reader.bool(forKey: "server.plain-http", default: false)
        keySet = options.jwks ?? reader.string(forKey: "tokens.jwks")
        issuer = options.issuer ?? reader.string(forKey: "tokens.issuer")
        audience = options.audience ?? reader.string(forKey: "tokens.audience", default: "devshare")
        rolesClaim = options.rolesClaim ?? reader.string(forKey: "tokens.roles-claim", default: "roles")
        ledgerClaim = reader.string(forKey: "tokens.ledger-claim", default: "ledger")
        entityClaim = reader.string(forKey: "tokens.entity-claim", default: "entity")
        isLedgerOptional = reader.bool(forKey: "tokens.ledger-optional", default: false)
        rate = options.rate ?? reader.int(forKey: "server.rate", default: ServerLimits().requestsPerSecond)
        connections = options.connections ?? reader.int(forKey: "server.connections")
        connectionsPerAddress = options.connectionsPerAddress ?? reader.int(forKey: "server.connections-per-address")
        let proxies = reader.string(forKey: "server.trusted-proxies") ?? ""
        trustedProxies =
            options.trustedProxy.isEmpty ? proxies.split { " ,".contains($0) }.map(String.init) : options.trustedProxy
        webhookTimeout = options.webhookTimeout ?? reader.int(forKey: "server.webhook-timeout", default: Self.usualWebhookTimeout)
        drainSeconds = reader.int(forKey: "server.drain-seconds", default: 0)
        database = DatabaseTimeSettings(reader)
        console = ConsoleSettings(reader, rolesClaim: rolesClaim, ledgerClaim: ledgerClaim, entityClaim: entityClaim)
    }

    private static let usualWebhookTimeout = Int(WebhookLimits().attemptTimeout.components.seconds)
    private static let maximumConnections = 1_000_000
    private static let rates = 0...1_000_000_000

    var isLoopback: Bool { Loopback.contains(host) }

    /// Throws `server-misconfigured`.
    func check(isDevelopment: Bool) throws {
        func refuse(_ message: String, _ advice: String) -> DevshareError {
            DevshareError(.serverMisconfigured, message, advice: advice)
        }
        guard (0...65_535).contains(port) else { throw refuse("there is no port \(port)", "Name one from 0 to 65535.") }
        guard Self.rates.contains(rate) else {
            throw refuse("a client cannot have \(rate) requests a second", "Name 0 to \(Self.rates.upperBound).")
        }
        guard (1...600).contains(webhookTimeout) else {
            throw refuse("\(webhookTimeout) seconds are no time for a receiver of webhooks", "Name 1 to 600.")
        }
        guard (0...600).contains(drainSeconds) else {
            throw refuse("a server cannot be drained for \(drainSeconds) seconds", "Set server.drain-seconds to 0 to 600.")
        }
        try database.check()
        for proxy in trustedProxies where AddressRange(proxy) == nil {
            throw refuse(
                "\(proxy) is no address or network of a proxy",
                "Name addresses such as 192.0.2.1 and networks such as 10.0.0.0/8, which must not be all addresses.")
        }
        if let connections {
            guard (1...Self.maximumConnections).contains(connections) else {
                throw refuse("a server cannot have \(connections) connections", "Name 1 to \(Self.maximumConnections).")
            }
            let room = FileLimit.makeRoom(for: connections)
            guard room == connections else {
                throw refuse(
                    "the system lets this process have files for \(room) connections, not for \(connections)",
                    "Raise its hard limit on open files (ulimit -Hn), or name fewer.")
            }
        }
        if let connectionsPerAddress {
            let all = limits.connections
            guard (1...all).contains(connectionsPerAddress) else {
                throw refuse(
                    "an address cannot have \(connectionsPerAddress) of \(all) connections", "Name 1 to \(all).")
            }
        }
        try console.check()
        for claim in [rolesClaim, ledgerClaim, entityClaim] { _ = try ClaimPath(setting: claim) }
        guard (certificate == nil) == (key == nil) else {
            throw refuse("TLS needs both a certificate and its key", "Give --tls-certificate and --tls-key.")
        }
        if isDevelopment, !isLoopback {
            throw refuse(
                "--dev listens on this machine only, not on \(host)",
                "Leave --host out, or configure a key set for tokens.")
        }
        if certificate == nil, !isLoopback, !plainHTTP {
            throw refuse(
                "plain HTTP on \(host) would show tokens to everybody on the way",
                "Give --tls-certificate and --tls-key, or --plain-http where something in front does TLS.")
        }
        guard isDevelopment || (keySet != nil && issuer != nil) else {
            throw refuse(
                "it is not said whose tokens are believed",
                "Give --jwks and --issuer, or try it out with --dev.")
        }
        if !isDevelopment, let keySet { _ = try Self.source(keySet) }
    }

    /// Whose tokens are believed. Throws `server-misconfigured`.
    func authenticator(_ limits: ServerLimits) throws -> Authenticator {
        guard let keySet, let issuer else {
            throw DevshareError(.serverMisconfigured, "it is not said whose tokens are believed")
        }
        return Authenticator(
            rules: TokenRules(
                issuer: issuer, audience: audience, rolesClaim: try ClaimPath(setting: rolesClaim),
                ledgerClaim: try ClaimPath(setting: ledgerClaim), entityClaim: try ClaimPath(setting: entityClaim)),
            keys: try Self.source(keySet), limits: limits)
    }

    private static func source(_ keySet: String) throws -> KeySource {
        guard let source = KeySource(setting: keySet) else {
            throw DevshareError(
                .serverMisconfigured, "over plain HTTP anybody on the way could put keys of their own into the key set",
                advice: "Give --jwks a file or an https URL; http is for this machine only.")
        }
        return source
    }

    /// Every limit of the server that is not as usual.
    var limits: ServerLimits {
        var limits = ServerLimits()
        limits.requestsPerSecond = rate
        limits.burst = max(limits.burst, min(rate, Self.rates.upperBound) * 2)
        limits.drainTime = .seconds(drainSeconds)
        limits.connectionsPerAddress = connectionsPerAddress
        limits.connections = connections ?? FileLimit.makeRoom(for: limits.connections)
        return limits
    }

    var webhooks: WebhookLimits {
        var limits = WebhookLimits()
        limits.attemptTimeout = .seconds(webhookTimeout)
        return limits
    }

    var tls: ServerConfiguration.TLSFiles? {
        guard let certificate, let key else { return nil }
        return ServerConfiguration.TLSFiles(
            certificate: URL(fileURLWithPath: certificate), key: URL(fileURLWithPath: key))
    }
}

extension ServerSettings {
    /// The settings in force, without what is secret.
    /// - Parameters:
    ///   - policy: the file that is followed.
    ///   - candidate: the file whose policy decides beside the one in force.
    func json(_ settings: Settings, isDevelopment: Bool, policy: String?, candidate: String?) -> JSONValue {
        let secret: JSONValue = "(secret)"
        func text(_ value: String?) -> JSONValue { value.map { .string($0) } ?? .null }
        return [
            "database": database.json(url: settings.databaseURL == nil ? .null : secret),
            "data": .string(settings.dataDirectory.relativePath),
            "ledger": .string(settings.ledger), "language": .string(settings.language.rawValue),
            "identity": [
                "key": settings.identityKey == nil ? .null : secret, "key-id": .string(settings.identityKeyID),
            ],
            "checkpoint": settings.checkpoints.json(keyFiles: CheckpointKeys.files(settings)),
            "log": ["level": .string(settings.logLevel.rawValue), "format": .string(settings.logFormat.rawValue)],
            "server": [
                "host": .string(host), "port": JSONValue(port), "plain-http": .bool(plainHTTP), "rate": JSONValue(rate),
                "connections": JSONValue(limits.connections), "connections-per-address": JSONValue(limits.shareOfAddress),
                "trusted-proxies": JSONValue(trustedProxies), "webhook-timeout": JSONValue(webhookTimeout),
                "drain-seconds": JSONValue(drainSeconds),
                "development": .bool(isDevelopment), "policy": text(policy), "candidate": text(candidate),
                "tls": ["certificate": text(certificate), "key": text(key)],
            ],
            "tokens": [
                "jwks": text(keySet?.withoutCredentials), "issuer": text(issuer),
                "audience": .string(audience), "roles-claim": .string(rolesClaim),
                "ledger-claim": .string(ledgerClaim), "entity-claim": .string(entityClaim),
                "ledger-optional": .bool(isLedgerOptional),
            ],
            "webhooks": ["allow-private": .bool(settings.allowsPrivateReceivers)],
            "console": console.json,
        ]
    }
}
