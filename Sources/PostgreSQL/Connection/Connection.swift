import CLibPQ
import Dispatch
import Logging

/// A connection to PostgreSQL: libpq without ever blocking, on a queue of its own.
///
/// It serves one statement or pipeline at a time; others wait their turn in order. Cancelling a task cancels its statement
/// on the server and leaves the connection usable.
package actor Connection {
    private nonisolated let executor: DispatchQueueExecutor
    package nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    nonisolated let session: SessionHandle
    let watch: SocketWatch
    nonisolated let logger: Logger
    var prepared: PreparedStatements

    /// Why the connection is of no use any more.
    private(set) var failure: PostgreSQLError?
    /// The session listens to a channel, which has to be ended before somebody else takes it over.
    var isListening = false

    private var isBusy = false
    private var turns: [CheckedContinuation<Void, Never>] = []

    init(session: SessionHandle, executor: DispatchQueueExecutor, configuration: ConnectionConfiguration) {
        self.session = session
        self.executor = executor
        logger = configuration.logger
        prepared = PreparedStatements(capacity: configuration.preparedStatements)
        watch = SocketWatch(descriptor: PQsocket(session.pointer), queue: executor.queue)
    }

    deinit {
        // The descriptor belongs to `session`, which must not close it before the watch has let go.
        let session = session
        watch.cancel { withExtendedLifetime(session) {} }
    }

    /// Whether statements can be sent.
    package var isUsable: Bool { failure == nil }

    /// Whether a transaction is open.
    package var isInTransaction: Bool { PQtransactionStatus(session.pointer) != PQTRANS_IDLE }

    /// Ends the connection. Statements that wait fail with `connection-closed`.
    package func close() {
        fail(PostgreSQLError(.connectionClosed, "the connection is closed"))
    }

    /// Remembers that the connection is lost, and wakes whoever waits for its socket.
    @discardableResult
    func fail(_ error: PostgreSQLError) -> PostgreSQLError {
        if failure == nil { failure = error }
        watch.wake()
        return error
    }

    /// The error of a connection that broke: what libpq says of it has no password.
    func lost() -> PostgreSQLError {
        let message = PQerrorMessage(session.pointer).map { String(cString: $0) } ?? ""
        let line = message.split(separator: "\n").first.map(String.init) ?? "the server closed the connection"
        return fail(PostgreSQLError(.connectionLost, line))
    }

    // MARK: Turns

    /// Runs `body` when all that came before is done.
    func inTurn<Value: Sendable>(_ body: () async throws(PostgreSQLError) -> Value) async throws(PostgreSQLError) -> Value {
        if isBusy {
            await withCheckedContinuation { turns.append($0) }
        }
        isBusy = true
        defer {
            if turns.isEmpty { isBusy = false } else { turns.removeFirst().resume() }
        }
        if let failure { throw failure }
        guard !Task.isCancelled else { throw PostgreSQLError(.cancelled, "the task was cancelled before the statement began") }
        return try await body()
    }
}
