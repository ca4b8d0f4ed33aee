/// A bounded set of connections, lent in the order they are asked for.
package actor Pool {
    private struct Idle {
        let connection: Connection
        let since: ContinuousClock.Instant
    }

    /// What a waiter gets: a connection, or leave to make one.
    private enum Grant: Sendable {
        case idle(Connection, since: ContinuousClock.Instant)
        case newConnection
    }

    private struct Waiter {
        let ticket: UInt64
        let continuation: CheckedContinuation<Grant, any Error>
    }

    private let configuration: PoolConfiguration
    private var idle: [Idle] = []
    private var lent = 0
    private var waiters: [Waiter] = []
    private var nextTicket: UInt64 = 0
    private var isClosed = false
    private var drained: [CheckedContinuation<Void, Never>] = []

    package init(configuration: PoolConfiguration) { self.configuration = configuration }

    /// Lends a connection to `body`. Throws `pool-exhausted` when none comes free within the wait deadline, `pool-closed`
    /// after shutdown, and what connecting throws.
    package nonisolated func withConnection<Value>(
        _ body: (Connection) async throws -> Value
    ) async throws -> Value {
        let connection = try await take()
        do {
            let value = try await body(connection)
            await giveBack(connection)
            return value
        } catch {
            // A server that was the primary and only reads now would refuse every command of this session: the next connection
            // is made to one that writes.
            let failure = error as? PostgreSQLError
            if failure?.sqlState == .readOnlyTransaction { await connection.close() }
            // The server has said nothing of the reason: it is gone, or silent, for all of its sessions. Each that is lent after this one
            // would be waited for as long.
            if failure?.code == .connectionLost, failure?.report == nil { await closeIdle() }
            await giveBack(connection)
            throw error
        }
    }

    /// Lends nothing more, waits until what is lent is back, and closes all connections.
    package func shutdown() async {
        isClosed = true
        for waiter in waiters { waiter.continuation.resume(throwing: Self.closedError) }
        waiters = []
        if lent > 0 { await withCheckedContinuation { drained.append($0) } }
        await closeIdle()
    }

    private func closeIdle() async {
        let entries = idle
        idle = []
        for entry in entries { await entry.connection.close() }
    }

    /// Connections lent and idle, and callers that wait for one, for metrics.
    package var usage: (lent: Int, idle: Int, waiting: Int) { (lent, idle.count, waiters.count) }

    // MARK: Taking

    private func take() async throws -> Connection {
        let grant = try await grant()
        if case .idle(let connection, let since) = grant {
            if await isAlive(connection, idleSince: since) { return connection }
            await connection.close()
        }
        // The place that was granted stays ours: after a restart of the server nobody waits anew.
        do {
            let connection = try await Connection.connect(configuration.connection)
            guard !isClosed else {
                await connection.close()
                throw Self.closedError
            }
            return connection
        } catch {
            release()
            throw error
        }
    }

    private func grant() async throws -> Grant {
        guard !isClosed else { throw Self.closedError }
        if waiters.isEmpty, let grant = available() { return grant }
        nextTicket += 1
        let ticket = nextTicket
        let deadline = configuration.waitDeadline
        let alarm = Task {
            try await Task.sleep(for: deadline)
            self.refuse(
                ticket, PostgreSQLError(.poolExhausted, "no connection became free within \(deadline)"))
        }
        defer { alarm.cancel() }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                waiters.append(Waiter(ticket: ticket, continuation: continuation))
                if Task.isCancelled { refuse(ticket, Self.cancelledError) }
            }
        } onCancel: {
            Task { await self.refuse(ticket, Self.cancelledError) }
        }
    }

    private func available() -> Grant? {
        if let entry = idle.popLast() {
            lent += 1
            return .idle(entry.connection, since: entry.since)
        }
        guard lent < configuration.maximumConnections else { return nil }
        lent += 1
        return .newConnection
    }

    private func refuse(_ ticket: UInt64, _ error: PostgreSQLError) {
        guard let index = waiters.firstIndex(where: { $0.ticket == ticket }) else { return }
        waiters.remove(at: index).continuation.resume(throwing: error)
    }

    private func isAlive(_ connection: Connection, idleSince since: ContinuousClock.Instant) async -> Bool {
        if !connection.isAtRest {
            guard await connection.checkLife() else { return false }
        }
        guard ContinuousClock.now - since > configuration.idleCheck else { return true }
        let limit = configuration.connection.connectTimeout
        let alarm = Task {
            try await Task.sleep(for: limit)
            // A server that is out of reach answers neither the question nor a request to cancel it.
            await connection.close()
        }
        defer { alarm.cancel() }
        // Why it is dead does not matter: there will be another.
        return (try? await connection.query("SELECT 1")) != nil
    }

    // MARK: Giving back

    private func giveBack(_ connection: Connection) async {
        if !connection.isAtRest, await connection.needsReset {
            // In a task of its own: the borrower's may be cancelled, and the session must be made clean all the same.
            let reset = Task {
                do { try await connection.reset() } catch { await connection.close() }
            }
            await reset.value
        }
        let isOfUse = if connection.isAtRest { true } else { await connection.isUsable }
        if isOfUse, !isClosed {
            idle.append(Idle(connection: connection, since: .now))
        } else {
            await connection.close()
        }
        release()
    }

    /// One connection fewer is lent: the next waiter's turn.
    private func release() {
        lent -= 1
        while let waiter = waiters.first, let grant = available() {
            waiters.removeFirst()
            waiter.continuation.resume(returning: grant)
        }
        if isClosed, lent == 0 {
            for waiting in drained { waiting.resume() }
            drained = []
        }
    }

    private static let closedError = PostgreSQLError(.poolClosed, "the pool is shut down")
    private static let cancelledError = PostgreSQLError(.cancelled, "the task was cancelled while it waited for a connection")
}
