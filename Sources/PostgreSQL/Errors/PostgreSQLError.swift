/// Every way in which work with the database can fail. Holds no password: messages are the server's or our own, never a
/// connection string.
package struct PostgreSQLError: Error, Sendable {
    package enum Code: String, Sendable, CaseIterable {
        /// The connection string cannot be read. Its text is not repeated, because it may hold a password.
        case invalidConnectionString = "invalid-connection-string"
        /// No server answered, or it refused the connection.
        case connectionFailed = "connection-failed"
        /// The connection broke. Whether the statement under way took effect is unknown.
        case connectionLost = "connection-lost"
        /// The connection was closed by this program.
        case connectionClosed = "connection-closed"
        /// The server refused the statement; `sqlState` says why.
        case statementFailed = "statement-failed"
        /// The connect or statement timeout passed; the statement was cancelled.
        case timedOut = "timed-out"
        /// The statement took effect, and the wait for a synchronous standby was given up, by a timeout or a cancellation: with the
        /// server it would be lost.
        case replicationUnconfirmed = "replication-unconfirmed"
        /// The task was cancelled, and the statement with it.
        case cancelled
        /// A statement failed earlier in the transaction and its error was dropped, so nothing can be committed.
        case transactionAborted = "transaction-aborted"
        /// No connection became free within the pool's wait deadline.
        case poolExhausted = "pool-exhausted"
        /// The pool is shut down.
        case poolClosed = "pool-closed"
        /// A value is not of the type it was read as.
        case decodingFailed = "decoding-failed"
        /// A statement exceeds what the protocol can carry.
        case limitExceeded = "limit-exceeded"
        /// The statement is of another kind than the call expects (a COPY in `query`, for example).
        case unexpectedStatement = "unexpected-statement"
    }

    package let code: Code
    /// One sentence; the server's own message where there is one.
    package let message: String
    /// What the server said, when it was the server that failed.
    package let report: ServerReport?
    /// Which statement of a pipeline failed, from 0.
    package let statementIndex: Int?

    package init(_ code: Code, _ message: String, report: ServerReport? = nil, statementIndex: Int? = nil) {
        self.code = code
        self.message = message
        self.report = report
        self.statementIndex = statementIndex
    }

    package var sqlState: SQLState? { report?.sqlState }
    package var severity: String? { report?.severity }
    package var detail: String? { report?.detail }
    package var hint: String? { report?.hint }
    package var table: String? { report?.table }
    package var column: String? { report?.column }
    package var constraint: String? { report?.constraint }

    /// Whether the same work, tried again from its beginning, may succeed. After `connection-lost` the first try may have
    /// taken effect: retry only what is idempotent.
    package var isRetryable: Bool {
        switch code {
        case .connectionFailed, .connectionLost, .poolExhausted: true
        case .timedOut: report == nil  // no connection in time; a statement would take too long again
        case .statementFailed: sqlState?.isTransient ?? false
        default: false
        }
    }
}

extension SQLState {
    /// Conditions that pass: a conflict between transactions, a server that starts or stops, a resource in use, a server that is
    /// a standby or only reads for now.
    var isTransient: Bool {
        switch self {
        case .serializationFailure, .deadlockDetected, .lockNotAvailable, .tooManyConnections, .adminShutdown, .crashShutdown,
            .cannotConnectNow, .readOnlyTransaction:
            true
        default:
            errorClass == "08"
        }
    }
}

extension PostgreSQLError: CustomStringConvertible {
    package var description: String {
        var text = "\(code.rawValue): \(message)"
        if let index = statementIndex { text += " (statement \(index) of the pipeline)" }
        if let sqlState { text += " [SQLSTATE \(sqlState)]" }
        if let detail { text += " Detail: \(detail)" }
        if let hint { text += " Hint: \(hint)" }
        return text
    }
}
