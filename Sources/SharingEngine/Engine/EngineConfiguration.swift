import Canonical
import EligibilityPolicy
import Logging
import Metrics
import PostgreSQL
import SharingLog

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
    /// Whether an injected clock is compared with the database's, as the machine's is: for tests of clocks that go wrong.
    package var isClockCompared = false
    /// Role that sessions take, so that a program which owns the schema cannot change the log either; nil to stay who
    /// connects.
    public var role: String?
    /// A policy that decides beside the one in force, without effect; see ``SharingEngine/shadowReport``.
    public var candidate: Policy?

    public init(
        connectionString: String, ledger: String = "default", limits: EngineLimits = EngineLimits(),
        logger: Logger = Logger(label: "devshare"), metrics: any MetricsFactory = MetricsSystem.factory,
        clock: (@Sendable () -> Timestamp)? = nil, role: String? = nil, candidate: Policy? = nil
    ) {
        self.connectionString = connectionString
        self.ledger = ledger
        self.limits = limits
        self.logger = logger
        self.metrics = metrics
        self.clock = clock
        self.role = role
        self.candidate = candidate
    }

    /// How the log is reached.
    public var settings: LedgerSettings {
        var settings = LedgerSettings(
            connectionString: connectionString, ledger: ledger, role: role, logger: logger, clock: clock,
            clockTolerance: limits.clockTolerance, connections: limits.connections, timeouts: limits.timeouts)
        settings.isClockCompared = isClockCompared
        return settings
    }
}
