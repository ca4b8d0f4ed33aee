import Canonical
import EligibilityPolicy
import Logging
import Metrics
import PostgreSQL

/// What an engine needs to know.
public struct EngineConfiguration: Sendable {
    /// libpq's connection string or URI; may hold a password, and is never printed.
    public var connectionString: String
    /// Name of the ledger: one per tenant.
    public var ledger: String
    public var limits: EngineLimits
    public var logger: Logger
    /// Where metrics go: by default to what the embedding program has set up for all.
    public var metrics: any MetricsFactory
    /// The time; injected so that tests can set it. Nil: the machine's, which is compared with the database's.
    public var clock: (@Sendable () -> Timestamp)?
    /// Role that sessions take, so that a program which owns the schema cannot change the log either; nil to stay who
    /// connects.
    public var role: String?
    /// A policy that decides beside the one in force, without effect; see ``SharingEngine/shadowReport``.
    public var candidate: Policy?
    /// How tree heads are signed; nil: by another process, or not at all.
    public var sealing: SealingConfiguration?
    /// Whether receivers of webhooks may have private or local addresses, and be reached by plain HTTP. Link-local addresses are
    /// refused even then.
    public var allowsPrivateReceivers: Bool

    public init(
        connectionString: String, ledger: String = "default", limits: EngineLimits = EngineLimits(),
        logger: Logger = Logger(label: "devshare"), metrics: any MetricsFactory = MetricsSystem.factory,
        clock: (@Sendable () -> Timestamp)? = nil, role: String? = nil, candidate: Policy? = nil,
        sealing: SealingConfiguration? = nil, allowsPrivateReceivers: Bool = false
    ) {
        self.connectionString = connectionString
        self.ledger = ledger
        self.limits = limits
        self.logger = logger
        self.metrics = metrics
        self.clock = clock
        self.role = role
        self.candidate = candidate
        self.sealing = sealing
        self.allowsPrivateReceivers = allowsPrivateReceivers
    }

    var time: @Sendable () -> Timestamp { clock ?? { .now } }

    var pool: PoolConfiguration { pool(of: limits.connections) }

    /// A pool of so many connections, for services that must not use up those of commands.
    func pool(of connections: Int) -> PoolConfiguration {
        PoolConfiguration(
            connection: ConnectionConfiguration(
                connectionString: connectionString, statementTimeout: limits.statementTimeout,
                sessionSetup: sessionSetup, logger: logger),
            maximumConnections: connections)
    }

    /// Every query of the engine has an index. Without this, a plan that was made while tables were small would go on to read
    /// them whole when they have grown. Nor is any of them worth compiling: that takes longer than what it would save, and
    /// reading a whole log would do it for every piece.
    private var sessionSetup: String {
        let plans = "SET enable_seqscan = off; SET jit = off"
        guard let role else { return plans }
        return plans + "; SET ROLE \"" + role.replacing("\"", with: "\"\"") + "\""
    }
}
