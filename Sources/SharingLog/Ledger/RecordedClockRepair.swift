import Canonical
import DeviceSharing
import EventLog

/// A repair as the log has it.
public struct RecordedClockRepair: Hashable, Sendable {
    /// Of the repair's own event: those behind it have the time of the clock.
    public let position: Position
    public let recordedAt: Timestamp
    public let repair: ClockRepair
    public let actor: String?

    /// Nil for an event that is no repair.
    package init?(_ event: LedgerEvent) {
        guard case .clock(.repaired(let repair))? = event.event else { return nil }
        (position, recordedAt, actor) = (event.position, event.recordedAt, event.actor)
        self.repair = repair
    }

    /// The events whose times had not come. Empty where the event says what cannot be.
    var positions: Range<Int64> {
        let first = repair.firstPosition
        return first..<max(first, position.rawValue)
    }
}

extension LedgerHandle {
    /// Every repair of the ledger's time, in order. Throws `event-unreadable`.
    public func clockRepairs() async throws -> [RecordedClockRepair] {
        try await reader.stream(StreamID.clock.name).map(LedgerEvent.init).compactMap(RecordedClockRepair.init)
    }
}
