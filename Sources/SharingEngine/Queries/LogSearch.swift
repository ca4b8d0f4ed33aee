import Canonical
import DeviceSharing
import EventLog
import SharingLog

/// Which events of the ledger to show.
package struct LogSearch: Hashable, Sendable {
    /// Only these types; empty for all.
    package var types: [EventType] = []
    package var stream: StreamID?
    package var actor: String?
    /// Only events recorded at this moment or later.
    package var from: Timestamp?
    /// Only events recorded before this moment.
    package var until: Timestamp?
    /// Only before this position: where the last page ended.
    package var before: Position?
    /// 1 to 1,000.
    package var limit = 100

    package init() {}
}

/// Events that were looked for, the newest first, and how far the ledger was looked through.
package struct LogPage: Sendable {
    package let events: [LedgerEvent]
    /// Before this position the next page begins; nil where there is nothing before.
    package let next: Position?
}

extension SharingEngine {
    /// A page of the ledger, backwards. Where events are rare that are looked for, a page may be empty and yet not the last.
    package func log(_ search: LogSearch) async throws -> LogPage {
        let end = try await log.head().advanced(by: 1)
        var before = min(search.before ?? end, end)
        if let until = search.until {
            before = min(before, try await position(before: until).advanced(by: 1))
        }
        var after = Position.start
        if let from = search.from { after = try await position(before: from) }
        // A stream has an index; for all else only so many positions are read.
        let isSelective = search.stream == nil && !(search.types.isEmpty && search.actor == nil)
        let floor =
            isSelective
            ? max(after, Position(rawValue: max(0, before.rawValue - 1 - Int64(Self.maximumEventWindow)))) : after
        guard floor.advanced(by: 1) < before else { return LogPage(events: [], next: nil) }
        let limit = min(max(search.limit, 1), 1_000)
        let events = try await log.reader.events(
            matching: EventSearch(
                types: search.types.map(\.rawValue), stream: search.stream?.name, actor: search.actor, after: floor,
                before: before, limit: limit)
        ).map(LedgerEvent.init)
        if events.count == limit, let last = events.last {
            return LogPage(events: events, next: last.position > after.advanced(by: 1) ? last.position : nil)
        }
        return LogPage(events: events, next: floor > after ? floor.advanced(by: 1) : nil)
    }

    /// The last position that was recorded before a moment.
    private func position(before moment: Timestamp) async throws -> Position {
        try await log.position(at: moment.advanced(by: .microseconds(-1)))
    }
}
