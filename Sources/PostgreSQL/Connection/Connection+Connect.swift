import CLibPQ
import Dispatch

extension Connection {
    /// Connects without blocking. Throws `invalid-connection-string`, `connection-failed`, `timed-out` or `cancelled`.
    package static func connect(_ configuration: ConnectionConfiguration) async throws(PostgreSQLError) -> Connection {
        let executor = DispatchQueueExecutor(label: "postgresql.connection")
        let session = try await Connecting(configuration, executor: executor).session()
        guard let watch = SocketWatch(duplicating: PQsocket(session.pointer), queue: executor.queue) else {
            throw PostgreSQLError(.connectionFailed, "this process has no file descriptor left")
        }
        let connection = Connection(session: session, watch: watch, executor: executor, configuration: configuration)
        do {
            var setup: [String] = []
            if let timeout = configuration.statementTimeout { setup.append("SET statement_timeout = \(timeout.milliseconds)") }
            if let statements = configuration.sessionSetup { setup.append(statements) }
            if !setup.isEmpty { try await connection.execute(script: setup.joined(separator: ";\n")) }
        } catch {
            await connection.close()
            throw error
        }
        return connection
    }

    /// Connects, lends the connection to `body`, and closes it however that ends.
    package nonisolated(nonsending) static func withConnection<Value>(
        _ configuration: ConnectionConfiguration, _ body: nonisolated(nonsending) (Connection) async throws -> Value
    ) async throws -> Value {
        let connection = try await connect(configuration)
        do {
            let value = try await body(connection)
            await connection.close()
            return value
        } catch {
            await connection.close()
            throw error
        }
    }
}

/// The way to an established session: `PQconnectPoll`, driven by the socket's readiness. It runs on the queue of the
/// connection that is being made, because libpq blocks while it looks up a host name or reads a certificate.
private actor Connecting {
    private let configuration: ConnectionConfiguration
    private nonisolated let executor: DispatchQueueExecutor
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    init(_ configuration: ConnectionConfiguration, executor: DispatchQueueExecutor) {
        self.configuration = configuration
        self.executor = executor
    }

    /// The first host that answers and is of the kind that the connection string wants.
    func session() async throws(PostgreSQLError) -> SessionHandle {
        var target = try ConnectionTarget(configuration.connectionString)
        let deadline = ContinuousClock.now.advanced(by: configuration.connectTimeout)
        while true {
            let left = ContinuousClock.now.duration(to: deadline)
            let share = target.timeout ?? left / target.hostCount
            do throws(PostgreSQLError) {
                return try await session(to: &target, until: ContinuousClock.now.advanced(by: min(left, share)))
            } catch  where error.code == .timedOut && target.hostCount > 1 {
                // libpq goes on to the next host by itself when one refuses, but not when one is silent.
                target.dropFirstHost()
            }
        }
    }

    private func session(
        to target: inout ConnectionTarget, until deadline: ContinuousClock.Instant
    ) async throws(PostgreSQLError) -> SessionHandle {
        let handle = SessionHandleInMaking(try start(target))
        var state = PGRES_POLLING_WRITING
        while state != PGRES_POLLING_OK {
            guard state == PGRES_POLLING_READING || state == PGRES_POLLING_WRITING else { throw Self.refused(handle) }
            let isReady = await ready(PQsocket(handle.pointer), forReading: state == PGRES_POLLING_READING, until: deadline)
            guard !Task.isCancelled else { throw PostgreSQLError(.cancelled, "the task was cancelled while connecting") }
            guard isReady else {
                target.dropHosts(before: PQhost(handle.pointer), port: PQport(handle.pointer))
                throw PostgreSQLError(.timedOut, "no connection within \(configuration.connectTimeout)")
            }
            state = PQconnectPoll(handle.pointer)
        }
        PQsetnonblocking(handle.pointer, 1)
        return handle.finished()
    }

    /// A host that is lost is noticed within the silence timeout, whether it is sent something or an answer is waited for.
    private var defaults: [(keyword: String, value: String)] {
        let milliseconds = min(max(configuration.silenceTimeout.milliseconds, 1_000), Int64(Int32.max))
        // Half of it, and then three questions.
        return [
            (keyword: "keepalives_idle", value: String(max(milliseconds / 2_000, 1))),
            (keyword: "keepalives_interval", value: String(max(milliseconds / 6_000, 1))),
            (keyword: "keepalives_count", value: "3"), (keyword: "tcp_user_timeout", value: String(milliseconds)),
        ]
    }

    private func start(_ target: ConnectionTarget) throws(PostgreSQLError) -> OpaquePointer {
        // What stands before `dbname` are defaults, what stands behind it counts whatever the connection string says.
        var options = defaults + target.defaults
        options.append((keyword: "dbname", value: configuration.connectionString))
        options += target.overrides
        options.append((keyword: "fallback_application_name", value: configuration.applicationName))
        options.append((keyword: "client_encoding", value: "UTF8"))
        let (keywords, values) = (options.map(\.keyword), options.map(\.value))
        let pointer = withCStrings(keywords) { keywords in
            withCStrings(values) { values in PQconnectStartParams(keywords, values, 1) }
        }
        guard let pointer else { throw PostgreSQLError(.connectionFailed, "libpq is out of memory") }
        // Notices are meant for a person at a terminal; libpq would print them.
        PQsetNoticeProcessor(pointer, { _, _ in }, nil)
        guard PQstatus(pointer) != CONNECTION_BAD else { throw Self.refused(SessionHandleInMaking(pointer)) }
        return pointer
    }

    /// What libpq says of a failed connection: host, user and reason, never the password.
    private static func refused(_ handle: borrowing SessionHandleInMaking) -> PostgreSQLError {
        let message = PQerrorMessage(handle.pointer).map { String(cString: $0) } ?? ""
        return PostgreSQLError(
            .connectionFailed, message.split(separator: "\n").joined(separator: "; "))
    }

    /// False when the deadline passes or the task is cancelled first.
    private func ready(_ descriptor: Int32, forReading: Bool, until deadline: ContinuousClock.Instant) async -> Bool {
        let left = ContinuousClock.now.duration(to: deadline)
        guard left > .zero, descriptor >= 0, let poller = SocketPoller.shared() else { return false }
        let wait = OneShotWait(
            descriptor: descriptor, readiness: forReading ? .readable : .writable, poller: poller, queue: executor.queue)
        return await withTaskCancellationHandler {
            await wait.result(within: left)
        } onCancel: {
            wait.end()
        }
    }
}

/// A `PGconn` on its way, finished with if it does not arrive.
private struct SessionHandleInMaking: ~Copyable {
    let pointer: OpaquePointer

    init(_ pointer: OpaquePointer) { self.pointer = pointer }

    consuming func finished() -> SessionHandle {
        let handle = SessionHandle(pointer)
        discard self
        return handle
    }

    deinit { PQfinish(pointer) }
}

/// Waits once for a socket or a time. All on one queue, which is why it is Sendable.
private final class OneShotWait: @unchecked Sendable {
    private let descriptor: Int32
    private let readiness: SocketPoller.Readiness
    private let poller: SocketPoller
    private let queue: DispatchQueue
    private var continuation: CheckedContinuation<Bool, Never>?

    init(descriptor: Int32, readiness: SocketPoller.Readiness, poller: SocketPoller, queue: DispatchQueue) {
        self.descriptor = descriptor
        self.readiness = readiness
        self.poller = poller
        self.queue = queue
    }

    func result(within limit: Duration) async -> Bool {
        await withCheckedContinuation { continuation in
            queue.async {
                self.continuation = continuation
                self.queue.asyncAfter(deadline: .now() + .milliseconds(Int(limit.milliseconds) + 1)) { self.finish(false) }
                let isWatched = self.poller.whenReady(self.descriptor, for: self.readiness) {
                    self.queue.async { self.finish(true) }
                }
                if !isWatched { self.finish(false) }
            }
            if Task.isCancelled { end() }
        }
    }

    /// Ends the wait, if it has begun.
    func end() { queue.async { self.finish(false) } }

    private func finish(_ isReady: Bool) {
        guard let continuation else { return }
        self.continuation = nil
        // libpq may close the descriptor as soon as the waiter goes on.
        poller.forget(descriptor)
        continuation.resume(returning: isReady)
    }
}

extension Duration {
    /// Whole milliseconds, at least 1 for what is longer than nothing.
    var milliseconds: Int64 {
        let (seconds, attoseconds) = components
        return max(seconds * 1_000 + attoseconds / 1_000_000_000_000_000, self > .zero ? 1 : 0)
    }
}

/// Lends texts as a null-terminated array of C strings.
private func withCStrings<Value>(
    _ texts: [String], _ body: (UnsafePointer<UnsafePointer<CChar>?>?) -> Value
) -> Value {
    let copies = texts.map { text in Array(text.utf8CString) }
    func lend(_ index: Int, _ pointers: [UnsafePointer<CChar>?]) -> Value {
        guard index < copies.count else { return (pointers + [nil]).withUnsafeBufferPointer { body($0.baseAddress) } }
        return copies[index].withUnsafeBufferPointer { lend(index + 1, pointers + [$0.baseAddress]) }
    }
    return lend(0, [])
}
