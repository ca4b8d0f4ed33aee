import PostgreSQL

/// Follows a ledger: catches up, then goes on as events are committed. Positions have no gaps and are in commit order, so
/// to have seen one is to have seen all before it: nothing is missed and nothing comes twice.
package struct Follower: Sendable {
    private let reader: EventReader
    private let pool: Pool
    private let batchSize: Int
    private let pollInterval: Duration

    /// - Parameters:
    ///   - pool: has room for two connections: one listens for as long as somebody follows, the other reads.
    ///   - batchSize: events that are handed over at once, at most.
    ///   - pollInterval: how long an event can go unnoticed while notifications fail to arrive.
    package init(reader: EventReader, pool: Pool, batchSize: Int = 1_000, pollInterval: Duration = .seconds(5)) {
        self.reader = reader
        self.pool = pool
        self.batchSize = batchSize
        self.pollInterval = pollInterval
    }

    /// Hands every event behind `position` to `body`, in order and in batches, until `body` or the task ends it. A lost
    /// connection is made anew; an error of `body` ends the following.
    package func follow(
        after position: Position, _ body: @Sendable @escaping ([RecordedEvent]) async throws -> Void
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
                var position = position
                for await _ in wakeUps {
                    position = try await deliver(after: position, to: body)
                }
                try Task.checkCancellation()
            }
            defer { group.cancelAll() }
            try await group.next()
            // Only delivery can end first without an error, and then because the task was cancelled.
            throw CancellationError()
        }
    }

    private func deliver(
        after start: Position, to body: ([RecordedEvent]) async throws -> Void
    ) async throws -> Position {
        var position = start
        while true {
            let events: [RecordedEvent]
            do {
                events = try await reader.events(after: position, limit: batchSize)
            } catch let error as PostgreSQLError where error.isRetryable {
                return position  // the next wake-up tries again
            }
            guard let last = events.last else { return position }
            guard last.position == position.advanced(by: events.count) else {
                throw EventLogError(.gapInLog, "positions behind \(position) have a gap", position: position)
            }
            try await body(events)
            position = last.position
        }
    }

    /// Turns notifications into wake-ups for as long as the task lives; polling covers the time without a connection.
    private func listen(_ wake: AsyncStream<Void>.Continuation) async {
        while !Task.isCancelled {
            do {
                try await pool.withConnection { connection in
                    let notifications = try await connection.notifications(on: reader.ledger.channel)
                    wake.yield()  // for what came before anybody listened
                    for try await _ in notifications { wake.yield() }
                }
            } catch {
                // Polling goes on meanwhile, and what is wrong with the database shows in what it reads.
                try? await Task.sleep(for: pollInterval)
            }
        }
    }
}
