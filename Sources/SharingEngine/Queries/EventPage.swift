import Canonical
import DeviceSharing
import EventLog
import SharingLog

/// Events of some types, and how far the ledger was looked through for them.
public struct EventPage: Sendable {
    public let events: [LedgerEvent]
    /// Where the next page begins: behind this position.
    public let through: Position
    /// Whether the ledger goes on behind it.
    public let hasMore: Bool
}

extension SharingEngine {
    /// Positions looked through for one page, at most: a rare type does not make one question read the whole ledger.
    public static let maximumEventWindow = 10_000

    /// Events behind a position, in order. A page may be empty and yet not the last.
    /// - Parameter types: only these; empty for all.
    public func eventPage(after position: Position, types: [String], limit: Int) async throws -> EventPage {
        let head = try await log.head()
        let last = min(position.advanced(by: types.isEmpty ? limit : Self.maximumEventWindow), head)
        guard position < last else { return EventPage(events: [], through: position, hasMore: false) }
        let reader = log.reader
        let recorded =
            types.isEmpty
            ? try await reader.events(from: position.advanced(by: 1), through: last)
            : try await reader.events(ofTypes: types, after: position, through: last, limit: limit)
        let events = try recorded.map(LedgerEvent.init)
        let through = events.count == limit ? events.last?.position ?? last : last
        return EventPage(events: events, through: through, hasMore: through < head)
    }
}
