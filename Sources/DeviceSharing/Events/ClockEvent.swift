import Canonical

/// What can happen to the time of a ledger.
public enum ClockEvent: Hashable, Sendable {
    /// Events had a time that had not come. From this event on the log goes on with the time of the clock.
    case repaired(ClockRepair)
}

/// A ledger's step back in time.
public struct ClockRepair: Hashable, Sendable {
    /// Why, in the operator's words, which stay for ever; at least one character.
    public static let reasonLengths = 1...1_000

    /// The first event with a time that had not come; from 1. Those from here to the repair have one.
    public let firstPosition: Int64
    /// The latest time of those events.
    public let latest: Timestamp
    public let reason: String

    public init(firstPosition: Int64, latest: Timestamp, reason: String) {
        self.firstPosition = firstPosition
        self.latest = latest
        self.reason = reason
    }
}

extension ClockEvent {
    func write(to writer: inout CanonicalJSONWriter) {
        switch self {
        case .repaired(let repair):
            writer.member("firstPosition", repair.firstPosition)
            writer.member("latest", repair.latest)
            writer.member("reason", repair.reason)
        }
    }

    init(_ members: inout EventMembers) throws {
        let first = try members.integer("firstPosition")
        guard first >= 1 else { throw EventDecodingError(.malformedData, "firstPosition \(first) is no position") }
        self = .repaired(
            ClockRepair(
                firstPosition: first, latest: try members.timestamp("latest"), reason: try members.string("reason")))
    }
}
