import Canonical
import Logging
import PostgreSQL

/// How the log of a ledger is reached.
public struct LedgerSettings: Sendable {
    /// libpq's connection string or URI. It may hold a password, and is never printed.
    public var connectionString: String
    /// Name of the ledger: one per tenant.
    public var ledger: String
    /// Role that sessions take, so that a program which owns the schema cannot change the log either; nil for the role that
    /// connects.
    public var role: String?
    public var logger: Logger
    /// The time; injected so that tests can set it. Nil: the machine's, which is compared with the database's.
    public var clock: (@Sendable () -> Timestamp)?
    /// Whether an injected clock takes the place of the machine's in everything, and is compared with the database's too: for tests of
    /// clocks that go wrong.
    package var isClockCompared = false
    /// How far this machine's clock may be behind the newest event before nothing is recorded; half of it, how far ahead of the
    /// database's.
    public var clockTolerance: Duration
    /// Maximum number of connections to the database.
    public var connections: Int
    /// How long the database is waited for.
    public var timeouts: DatabaseTimeouts

    public init(
        connectionString: String, ledger: String = "default", role: String? = nil, logger: Logger = Logger(label: "devshare"),
        clock: (@Sendable () -> Timestamp)? = nil, clockTolerance: Duration = .seconds(60), connections: Int = 10,
        timeouts: DatabaseTimeouts = DatabaseTimeouts()
    ) {
        self.connectionString = connectionString
        self.ledger = ledger
        self.role = role
        self.logger = logger
        self.clock = clock
        self.clockTolerance = clockTolerance
        self.connections = connections
        self.timeouts = timeouts
    }

    /// The time as ``clock`` or the machine has it.
    package var time: @Sendable () -> Timestamp { clock ?? { .now } }

    /// Whether the clock is compared with the database's.
    var comparesClock: Bool { clock == nil || isClockCompared }

    /// A pool of connections, for services that must not use up those of commands.
    package func pool(of connections: Int) -> PoolConfiguration {
        PoolConfiguration(
            connection: ConnectionConfiguration(
                connectionString: connectionString, connectTimeout: timeouts.connect, statementTimeout: timeouts.statement,
                cancelTimeout: timeouts.cancel, silenceTimeout: timeouts.silence, sessionSetup: sessionSetup, logger: logger),
            maximumConnections: connections)
    }

    /// A connection for one long read: reading a whole log may take longer than any other statement.
    package var auditConnection: ConnectionConfiguration {
        var connection = pool(of: 1).connection
        connection.statementTimeout = nil
        // Long reads follow an index. The planner would rather read a table whole, by several processes, and sort it on disk,
        // which takes three times as long and the cores of other sessions.
        let order = "SET enable_bitmapscan = off; SET enable_sort = off; SET max_parallel_workers_per_gather = 0"
        connection.sessionSetup = [connection.sessionSetup, order].compactMap(\.self).joined(separator: "; ")
        return connection
    }

    /// Connections for long reads.
    package func auditPool(connections: Int) -> PoolConfiguration {
        PoolConfiguration(connection: auditConnection, maximumConnections: connections, waitDeadline: .seconds(600))
    }

    /// Every query has an index. Without this, a plan that was made while tables were small would go on to read them whole when
    /// they have grown. Nor is any of them worth compiling: that takes longer than what it would save, and reading a whole log
    /// would do it for every piece.
    private var sessionSetup: String {
        let plans = "SET enable_seqscan = off; SET jit = off"
        guard let role else { return plans }
        return plans + "; SET ROLE \"" + role.replacing("\"", with: "\"\"") + "\""
    }
}
