import PostgreSQL

/// Says when a ledger may have grown: at once by notification, and from time to time while notifications fail to arrive.
package struct LedgerChangeListener: Sendable {
    private let ledger: Ledger
    private let pool: Pool
    private let pollInterval: Duration

    /// - Parameters:
    ///   - pool: one of its connections listens for as long as somebody watches.
    ///   - pollInterval: how long growth can go unnoticed while notifications fail to arrive.
    package init(ledger: Ledger, pool: Pool, pollInterval: Duration = .seconds(5)) {
        self.ledger = ledger
        self.pool = pool
        self.pollInterval = pollInterval
    }

    /// Calls `body` at once and whenever the ledger may have grown, with what it returned last, until it throws or the task is
    /// cancelled. Growth while it runs is told once, when it has returned. A lost connection is made anew.
    package func watch<State: Sendable>(
        from state: State, _ body: @Sendable @escaping (State) async throws -> State
    ) async throws {
        let (wakeUps, wake) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await self.listen(wake) }
            group.addTask {
                while !Task.isCancelled {
                    wake.yield()
                    try await Task.sleep(for: pollInterval)
                }
            }
            group.addTask {
                var state = state
                for await _ in wakeUps { state = try await body(state) }
                try Task.checkCancellation()
            }
            defer { group.cancelAll() }
            try await group.next()
            // Only the calls can end first without an error, and then because the task was cancelled.
            throw CancellationError()
        }
    }

    /// Turns notifications into wake-ups for as long as the task lives; polling covers the time without a connection.
    private func listen(_ wake: AsyncStream<Void>.Continuation) async {
        while !Task.isCancelled {
            do {
                try await pool.withConnection { connection in
                    let notifications = try await connection.notifications(on: ledger.channel)
                    wake.yield()  // for what came before anybody listened
                    for try await _ in notifications { wake.yield() }
                }
            } catch {
                // Polling goes on meanwhile, and what is wrong with the database shows in what the watcher does.
                try? await Task.sleep(for: pollInterval)
            }
        }
    }
}
