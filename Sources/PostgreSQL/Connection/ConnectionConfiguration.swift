import Logging

/// How to reach a server. The connection string goes to libpq as it is: a URI or keywords, TLS, several hosts, a service file
/// (PostgreSQL manual, section 34.1.1). Of several hosts the one that writes is taken (`target_session_attrs=read-write`), unless the
/// connection string says otherwise.
package struct ConnectionConfiguration: Sendable {
    /// May hold a password: never printed, never part of an error.
    package var connectionString: String
    /// Until the server has accepted the connection.
    package var connectTimeout: Duration
    /// For each statement, enforced by the server; nil for none. A server that has not ended a statement `cancelTimeout` later
    /// is given up, so who lifts the timeout for a long one takes a connection without.
    package var statementTimeout: Duration?
    /// How long the server may go on with a cancelled statement, or one whose timeout has passed, before the connection is given
    /// up.
    package var cancelTimeout: Duration
    /// How long a host may acknowledge nothing before the connection is given up, where it is reached by TCP: keepalives and the user
    /// timeout (PostgreSQL manual, section 34.1.2), unless the connection string says otherwise. A frozen process on a host that lives
    /// is noticed by the statement timeout alone.
    package var silenceTimeout: Duration
    /// Shown in `pg_stat_activity` unless the connection string names another.
    package var applicationName: String
    /// Statements kept prepared on a connection.
    package var preparedStatements: Int
    /// SQL that sets the session up, such as a role; run once after connecting.
    package var sessionSetup: String?
    package var logger: Logger

    package init(
        connectionString: String, connectTimeout: Duration = .seconds(10), statementTimeout: Duration? = .seconds(60),
        cancelTimeout: Duration = .seconds(10), silenceTimeout: Duration = .seconds(30), applicationName: String = "devshare",
        preparedStatements: Int = 128,
        sessionSetup: String? = nil, logger: Logger = Logger(label: "postgresql")
    ) {
        self.connectionString = connectionString
        self.connectTimeout = connectTimeout
        self.statementTimeout = statementTimeout
        self.cancelTimeout = cancelTimeout
        self.silenceTimeout = silenceTimeout
        self.applicationName = applicationName
        self.preparedStatements = preparedStatements
        self.sessionSetup = sessionSetup
        self.logger = logger
    }
}

/// Says everything but the connection string, which may hold a password.
extension ConnectionConfiguration: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "connection of \(applicationName)" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: ["applicationName": applicationName]) }
}
