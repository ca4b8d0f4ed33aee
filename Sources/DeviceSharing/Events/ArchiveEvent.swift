import Canonical

/// What can happen to a run of the log that an evidence file holds.
public enum ArchiveEvent: Hashable, Sendable {
    /// From now on the log may lack the data of finished requests in this run: the file has them.
    case detached(positions: ClosedRange<Int64>)
    /// The log has all data of the run again.
    case attached
}

extension ArchiveEvent {
    func write(to writer: inout CanonicalJSONWriter) {
        switch self {
        case .detached(let positions):
            writer.member("firstPosition", positions.lowerBound)
            writer.member("lastPosition", positions.upperBound)
        case .attached: break
        }
    }

    init(_ type: EventType, _ members: inout EventMembers) throws {
        guard type == .eventsDetached else {
            self = .attached
            return
        }
        let (first, last) = (try members.integer("firstPosition"), try members.integer("lastPosition"))
        guard 1 <= first, first <= last else {
            throw EventDecodingError(.malformedData, "positions \(first) to \(last) are no run")
        }
        self = .detached(positions: first...last)
    }
}
