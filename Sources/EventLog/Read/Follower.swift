import Canonical
import PostgreSQL

/// Follows a ledger: catches up, then goes on as events are committed. Positions have no gaps and are in commit order, so
/// to have seen one is to have seen all before it: nothing is missed and nothing comes twice. Each read begins with the event that
/// was read last, by which a log shows that it has lost its end.
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
    /// connection is made anew; an error of `body` ends the following. Throws `log-rewound` where the log does not hold what was
    /// read, or does not reach `position`.
    /// - Parameter leafHash: of the event at `position`, where the caller has seen it.
    package func follow(
        after position: Position, leafHash: Digest? = nil,
        _ body: @Sendable @escaping ([RecordedEvent]) async throws -> Void
    ) async throws {
        try await watch.watch(from: Place(position: position, leafHash: leafHash)) { place in
            try await deliver(after: place, to: body)
        }
    }

    /// How far the log was read.
    private struct Place {
        var position: Position
        /// Of the event at the position; nil before it was read.
        var leafHash: Digest?
    }

    private func deliver(
        after start: Place, to body: ([RecordedEvent]) async throws -> Void
    ) async throws -> Place {
        var place = start
        while true {
            // The event that was read last; none at the start.
            let overlap = place.position > .start ? 1 : 0
            var events: [RecordedEvent]
            do {
                events = try await reader.events(after: place.position.advanced(by: -overlap), limit: batchSize + overlap)
            } catch let error as PostgreSQLError where error.isRetryable {
                return place  // the next wake-up tries again
            }
            if overlap > 0 {
                guard let known = events.first, known.position == place.position,
                    known.leafHash == place.leafHash ?? known.leafHash
                else {
                    throw EventLogError(.logRewound, "the log no longer holds what was read", position: place.position)
                }
                place.leafHash = known.leafHash
                events.removeFirst()
            }
            guard let last = events.last else { return place }
            guard last.position == place.position.advanced(by: events.count) else {
                throw EventLogError(.gapInLog, "positions behind \(place.position) have a gap", position: place.position)
            }
            try await body(events)
            place = Place(position: last.position, leafHash: last.leafHash)
        }
    }
}
