import Canonical
import PostgreSQL

/// Follows a ledger: catches up, then goes on as events are committed. Positions have no gaps and are in commit order, so
/// to have seen one is to have seen all before it: nothing is missed and nothing comes twice.
package struct Follower: Sendable {
    private let reader: EventReader
    private let watch: LedgerChangeListener
    private let batchSize: Int

    /// - Parameters:
    ///   - pool: has room for two connections: one listens for as long as somebody follows, the other reads.
    ///   - batchSize: events that are handed over at once, at most.
    ///   - pollInterval: how long an event can go unnoticed while notifications fail to arrive.
    package init(reader: EventReader, pool: Pool, batchSize: Int = 1_000, pollInterval: Duration = .seconds(5)) {
        self.reader = reader
        watch = LedgerChangeListener(ledger: reader.ledger, pool: pool, pollInterval: pollInterval)
        self.batchSize = batchSize
    }

    /// Hands every event behind `position` to `body`, in order and in batches, until `body` or the task ends it. A lost
    /// connection is made anew; an error of `body` ends the following.
    package func follow(
        after position: Position, _ body: @Sendable @escaping ([RecordedEvent]) async throws -> Void
    ) async throws {
        try await watch.watch(from: position) { position in try await deliver(after: position, to: body) }
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
}
