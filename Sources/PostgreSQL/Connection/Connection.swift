import CLibPQ
import Dispatch
import Logging
import Synchronization

/// A connection to PostgreSQL: libpq without ever blocking, on a queue of its own.
///
/// It serves one statement or pipeline at a time; others wait their turn in order. Cancelling a task cancels its statement
/// on the server and leaves the connection usable.
package actor Connection {
    nonisolated let executor: DispatchQueueExecutor
    package nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    nonisolated let session: SessionHandle
    nonisolated let configuration: ConnectionConfiguration
    let watch: SocketWatch
    var prepared: PreparedStatements

    /// Whether nobody uses the session, and the last user left nothing in it. For the pool, which asks with every loan, and
    /// would pay for each answer with a change to the connection's thread and back.
    private nonisolated let atRest = Atomic(true)

    /// Why the connection is of no use any more.
    private(set) var failure: PostgreSQLError?
    /// The session listens to a channel, which has to be ended before somebody else takes it over.
    var isListening = false
    /// The COPY that has the connection, if there is one.
    var copying = CopyState.none
    var copies: UInt64 = 0
    /// How long the server may send nothing during the COPY, beyond what a statement may take.
    var copyPatience = Duration.zero
    var turns = TurnQueue()
    var alarm = AnswerAlarm()

    init(session: SessionHandle, watch: SocketWatch, executor: DispatchQueueExecutor, configuration: ConnectionConfiguration) {
        self.session = session
        self.watch = watch
        self.executor = executor
        self.configuration = configuration
        prepared = PreparedStatements(capacity: configuration.preparedStatements)
    }

    deinit {
        watch.cancel()
        alarm.task?.cancel()
    }

    /// Whether statements can be sent.
    package var isUsable: Bool { failure == nil }

    /// Whether a transaction is open.
    package var isInTransaction: Bool {
        guard failure == nil else { return false }
        let status = PQtransactionStatus(session.pointer)
        return status == PQTRANS_INTRANS || status == PQTRANS_INERROR
    }

    /// Ends the connection. The statement under way is cancelled, and it and those that wait fail with `connection-closed`.
    package func close() async {
        let isAtWork = turns.isTaken && failure == nil
        fail(PostgreSQLError(.connectionClosed, "the connection is closed"))
        // The server would not notice that nobody waits for the statement any more.
        if isAtWork { await session.cancelStatement() }
    }

    /// Whether the session is clean and free, and the server has said nothing since. What is not may be usable all the same:
    /// ask `needsReset` and `checkLife`.
    nonisolated var isAtRest: Bool { atRest.load(ordering: .acquiring) && watch.isSilent }

    /// Says that somebody uses the session from now on.
    func noteUse() { atRest.store(false, ordering: .releasing) }

    /// Says that the session is free, if it is clean.
    func noteRest() { atRest.store(isUsable && !needsReset, ordering: .releasing) }

    /// Looks whether the server has ended the connection meanwhile, as far as this side can tell without asking.
    func checkLife() -> Bool {
        guard failure == nil else { return false }
        // The first may find the server's farewell, the second the end that follows it.
        guard PQconsumeInput(session.pointer) == 1, PQconsumeInput(session.pointer) == 1 else {
            _ = lost()
            return false
        }
        return true
    }

    /// Remembers that the connection is lost, hangs up, and wakes whoever waits for its socket.
    @discardableResult
    func fail(_ error: PostgreSQLError) -> PostgreSQLError {
        guard failure == nil else { return error }
        failure = error
        atRest.store(false, ordering: .releasing)
        alarm.task?.cancel()
        session.hangUp()
        watch.cancel()
        return error
    }

    /// The error of a connection that broke: what libpq says of it has no password.
    func lost() -> PostgreSQLError {
        if let failure { return failure }
        let message = PQerrorMessage(session.pointer).map { String(cString: $0) } ?? ""
        let line = message.split(separator: "\n").first.map(String.init) ?? "the server closed the connection"
        return fail(PostgreSQLError(.connectionLost, line))
    }
}
