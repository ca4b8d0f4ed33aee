import Canonical
import DeviceSharing
import EventLog
import SharingLog

/// Events of some types, and how far the ledger was looked through for them.
public struct EventPage: Sendable {
    public let events: [LedgerEvent]
    /// Where the next page begins: behind this.
    public let through: LogCursor
    /// Whether the ledger goes on behind it.
    public let hasMore: Bool
    private let checkpoints: SeenCheckpoints

    fileprivate init(events: [LedgerEvent], through: LogPoint, hasMore: Bool, checkpoints: SeenCheckpoints) {
        self.events = events
        self.through = checkpoints.cursor(at: through)
        self.hasMore = hasMore
        self.checkpoints = checkpoints
    }

    /// Where a reader goes on that has read one of the events, and those before it.
    public func cursor(at event: LedgerEvent) -> LogCursor {
        checkpoints.cursor(at: event.point)
    }
}

/// The checkpoints that a reader has seen once it has read an event.
private struct SeenCheckpoints: Sendable {
    /// Of the cursor that the reader came with.
    let earlier: LogPoint?
    let newest: LogPoint?

    func cursor(at point: LogPoint) -> LogCursor {
        // A reader has not seen what a checkpoint covers behind its own place.
        guard let newest, newest.position <= point.position else { return LogCursor(point, checkpoint: earlier) }
        return LogCursor(point, checkpoint: newest)
    }
}

extension SharingEngine {
    /// Positions looked through for one page, at most: a rare type does not make one question read the whole ledger.
    public static let maximumEventWindow = 10_000

    /// Events behind a cursor, in order. A page may be empty and yet not the last. Throws `LogRewound` where the log does not hold
    /// what the cursor names.
    /// - Parameters:
    ///   - types: only these; empty for all.
    ///   - limit: 1 to 1,000.
    public func eventPage(after cursor: LogCursor, types: [String], limit: Int) async throws -> EventPage {
        let distance = types.isEmpty ? limit : Self.maximumEventWindow
        let last = cursor.position.advanced(by: distance)
        // In one exchange, so that the events are of the log that holds the cursor.
        let results = try await pool.withConnection { [ledger] connection in
            try await connection.pipeline([
                LogOutlook.statement(ledger, from: cursor, distance: distance),
                EventReader.statement(ledger, ofTypes: types, after: cursor.position, through: last, limit: limit),
            ])
        }
        let outlook = try LogOutlook(results[0], from: cursor)
        let start = try await held(cursor, outlook)
        let events = try results[1].rows.map { try LedgerEvent(EventColumns.decode($0)) }
        // A page that is full ends with its last event. Any other was looked for as far as there was anything then, or further,
        // where an event has come between the two questions.
        let reach = max(outlook.reach ?? start, events.last?.point ?? start)
        let through = events.count == limit ? events.last?.point ?? reach : reach
        return EventPage(
            events: events, through: through, hasMore: through.position < outlook.head,
            checkpoints: SeenCheckpoints(earlier: cursor.checkpoint, newest: outlook.checkpoint))
    }
}

/// Of two points, the one that is further on.
private func max(_ one: LogPoint, _ other: LogPoint) -> LogPoint { one.position < other.position ? other : one }
