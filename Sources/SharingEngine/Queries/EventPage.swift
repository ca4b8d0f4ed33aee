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
        let outlook = try await outlook(from: cursor)
        let checkpoints = SeenCheckpoints(earlier: cursor.checkpoint, newest: outlook.checkpoint)
        let (position, head) = (cursor.position, outlook.head)
        let last = min(position.advanced(by: types.isEmpty ? limit : Self.maximumEventWindow), head)
        guard position < last else {
            let point: LogPoint = if let known = cursor.point { known } else { try await self.point(at: position) }
            return EventPage(events: [], through: point, hasMore: false, checkpoints: checkpoints)
        }
        let reader = log.reader
        let recorded =
            types.isEmpty
            ? try await reader.events(from: position.advanced(by: 1), through: last)
            : try await reader.events(ofTypes: types, after: position, through: last, limit: limit)
        let events = try recorded.map(LedgerEvent.init)
        let through: LogPoint
        if let newest = events.last, newest.position == last || events.count == limit {
            through = newest.point
        } else {
            through = try await point(at: last)
        }
        return EventPage(events: events, through: through, hasMore: through.position < head, checkpoints: checkpoints)
    }
}
