import DeviceSharing
import Foundation
import HTTPEdge
import Logging
import OpenMetrics
import SharingAPI
import SharingAudit
import SharingConsole
import SharingEngine
import SharingWebhooks

/// What a server needs to know beside its engine.
public struct ServerConfiguration: Sendable {
    public var host: String
    /// 0 for any that is free.
    public var port: Int
    /// Nil for plain HTTP.
    public var tls: TLSFiles?
    /// The ledger that the engine works on: tokens of others are refused.
    public var ledger: String
    /// Whether officers, auditors and operators may act without a `ledger` claim: where one authorisation server serves one ledger.
    public var isLedgerOptional: Bool
    public var limits: ServerLimits
    /// Proxies whose word on the client's address is taken (`Forwarded`, `X-Forwarded-For`); none unless told.
    public var trustedProxies: [AddressRange] = []
    /// The key under which identity data is fingerprinted; nil where identities cannot be recorded.
    public var identityKey: FingerprintKey?
    public var logger: Logger
    /// What `/metrics` tells; the engine's metrics go to the same registry.
    public var metrics: MetricsRegistry
    /// Limits of the delivery of webhooks; nil where another process sends them.
    public var webhooks: WebhookLimits?
    /// Whether receivers of webhooks may have private or local addresses, and be reached by plain HTTP. Link-local addresses are
    /// refused even then.
    public var allowsPrivateReceivers = false
    /// How checkpoints are signed; nil where another process signs them, or none does.
    public var sealing: SealingConfiguration?
    /// The web console; nil where none is served.
    public var console: ConsoleConfiguration?

    /// A certificate and its key, as PEM; read again when they change.
    public struct TLSFiles: Sendable {
        public var certificate: URL
        public var key: URL
        /// How often the files are looked at.
        public var interval: Duration

        public init(certificate: URL, key: URL, interval: Duration = .seconds(10)) {
            self.certificate = certificate
            self.key = key
            self.interval = interval
        }
    }

    public init(
        host: String = "127.0.0.1", port: Int = 8080, tls: TLSFiles? = nil, ledger: String = "default",
        isLedgerOptional: Bool = false, limits: ServerLimits = ServerLimits(), identityKey: FingerprintKey? = nil,
        logger: Logger = Logger(label: "devshare"),
        metrics: MetricsRegistry = ServerConfiguration.makeMetrics(), webhooks: WebhookLimits? = WebhookLimits(),
        console: ConsoleConfiguration? = nil
    ) {
        self.host = host
        self.port = port
        self.tls = tls
        self.ledger = ledger
        self.isLedgerOptional = isLedgerOptional
        self.limits = limits
        self.identityKey = identityKey
        self.logger = logger
        self.metrics = metrics
        self.webhooks = webhooks
        self.console = console
    }

    var tenancy: Tenancy { Tenancy(ledger: ledger, isLedgerOptional: isLedgerOptional) }

    /// Every metric of server, engine, webhooks and process.
    package static let metricFamilies =
        EngineMetrics.families + WebhookMetrics.families + HTTPMetrics.families + OperationMetrics.families
        + ProcessMetrics.families + [buildInfo]

    private static let buildInfo = MetricFamily.gauge(
        "devshare_build_info", labels: ["version", "schema"],
        help: "1; version is that of the program, schema the number of the newest schema that it knows.")

    /// A registry that knows these metrics.
    /// - Parameters:
    ///   - ledger: which ledger the process serves, as a label of every series; nil for none.
    ///   - build: the program and the number of its schema, for `devshare_build_info`; nil where they are not told.
    public static func makeMetrics(
        ledger: String? = nil, build: (version: String, schema: Int?)? = nil
    ) -> MetricsRegistry {
        let registry = MetricsRegistry(metricFamilies, constantLabels: ledger.map { [(name: "ledger", value: $0)] } ?? [])
        if let build { registry.set(buildInfo, [build.version, build.schema.map(String.init) ?? "unknown"], to: 1) }
        return registry
    }
}
