import CLibPQ
import Dispatch

extension Connection {
    /// Connects without blocking. Throws `invalid-connection-string`, `connection-failed` or `timed-out`.
    package static func connect(_ configuration: ConnectionConfiguration) async throws(PostgreSQLError) -> Connection {
        let executor = DispatchQueueExecutor(label: "postgresql.connection")
        let session = try await Connecting(configuration, queue: executor.queue).session()
        let connection = Connection(session: session, executor: executor, configuration: configuration)
        PQsetNoticeProcessor(session.pointer, { _, _ in }, nil)
        do {
            if let timeout = configuration.statementTimeout {
                try await connection.execute(script: "SET statement_timeout = \(timeout.milliseconds)")
            }
            if let setup = configuration.sessionSetup { try await connection.execute(script: setup) }
        } catch {
            await connection.close()
            throw error
        }
        return connection
    }
}

/// The way to an established session: `PQconnectPoll`, driven by the socket's readiness.
private struct Connecting {
    private let configuration: ConnectionConfiguration
    private let queue: DispatchQueue

    init(_ configuration: ConnectionConfiguration, queue: DispatchQueue) {
        self.configuration = configuration
        self.queue = queue
    }

    func session() async throws(PostgreSQLError) -> SessionHandle {
        let handle = SessionHandleInMaking(try start())
        let deadline = ContinuousClock.now.advanced(by: configuration.connectTimeout)
        var state = PGRES_POLLING_WRITING
        while state != PGRES_POLLING_OK {
            guard state == PGRES_POLLING_READING || state == PGRES_POLLING_WRITING else { throw refused(handle) }
            guard !Task.isCancelled else { throw PostgreSQLError(.cancelled, "the task was cancelled while connecting") }
            guard
                await ready(PQsocket(handle.pointer), forReading: state == PGRES_POLLING_READING, until: deadline)
            else {
                throw PostgreSQLError(.timedOut, "no connection within \(configuration.connectTimeout)")
            }
            state = PQconnectPoll(handle.pointer)
        }
        PQsetnonblocking(handle.pointer, 1)
        return handle.finished()
    }

    private func start() throws(PostgreSQLError) -> OpaquePointer {
        var problem: UnsafeMutablePointer<CChar>?
        guard let options = PQconninfoParse(configuration.connectionString, &problem) else {
            PQfreemem(problem)
            throw PostgreSQLError(.invalidConnectionString, "the connection string cannot be read by libpq")
        }
        PQconninfoFree(options)
        let keywords = ["dbname", "fallback_application_name", "client_encoding"]
        let values = [configuration.connectionString, configuration.applicationName, "UTF8"]
        let pointer = withCStrings(keywords) { keywords in
            withCStrings(values) { values in PQconnectStartParams(keywords, values, 1) }
        }
        guard let pointer else { throw PostgreSQLError(.connectionFailed, "libpq is out of memory") }
        guard PQstatus(pointer) != CONNECTION_BAD else {
            let handle = SessionHandleInMaking(pointer)
            throw refused(handle)
        }
        return pointer
    }

    /// What libpq says of a failed connection: host, user and reason, never the password.
    private func refused(_ handle: borrowing SessionHandleInMaking) -> PostgreSQLError {
        let message = PQerrorMessage(handle.pointer).map { String(cString: $0) } ?? ""
        return PostgreSQLError(
            .connectionFailed, message.split(separator: "\n").joined(separator: "; "))
    }

    /// False when the deadline passes first.
    private func ready(_ descriptor: Int32, forReading: Bool, until deadline: ContinuousClock.Instant) async -> Bool {
        let left = ContinuousClock.now.duration(to: deadline)
        guard left > .zero, descriptor >= 0 else { return false }
        let wait = OneShotWait(descriptor: descriptor, forReading: forReading, queue: queue)
        return await wait.result(within: left)
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
    private let source: any DispatchSourceProtocol
    private let queue: DispatchQueue
    private var continuation: CheckedContinuation<Bool, Never>?

    init(descriptor: Int32, forReading: Bool, queue: DispatchQueue) {
        self.queue = queue
        source =
            forReading
            ? DispatchSource.makeReadSource(fileDescriptor: descriptor, queue: queue)
            : DispatchSource.makeWriteSource(fileDescriptor: descriptor, queue: queue)
    }

    func result(within limit: Duration) async -> Bool {
        await withCheckedContinuation { continuation in
            queue.async {
                self.continuation = continuation
                self.source.setEventHandler { self.finish(true) }
                self.queue.asyncAfter(deadline: .now() + .milliseconds(Int(limit.milliseconds) + 1)) { self.finish(false) }
                self.source.resume()
            }
        }
    }

    private func finish(_ isReady: Bool) {
        guard let continuation else { return }
        self.continuation = nil
        // libpq may close the descriptor as soon as the waiter goes on, so the source lets go of it first.
        source.setCancelHandler { continuation.resume(returning: isReady) }
        source.cancel()
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
