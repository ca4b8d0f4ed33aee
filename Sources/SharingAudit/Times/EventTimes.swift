import Canonical
import DeviceSharing
import SharingLog

/// Whether times run back along a run of a log by more than clocks may differ. The database has refused that since
/// Schema/0016_append_order.sql, but where an event says that the clock was repaired; what is older may have it, and so may what
/// somebody wrote past it.
struct EventTimes: Hashable, Sendable {
    /// Since the last repair.
    private(set) var latest: Timestamp?
    /// Before the first repair.
    private var earliest: (time: Timestamp, position: Position)?
    private var hasRepair = false
    /// The first event that is too far behind one before it.
    private(set) var first: Position?
    /// How many there are; of those that are behind an event of another run one for each run.
    private(set) var count = 0

    init(latest: Timestamp? = nil) { self.latest = latest }

    /// Whether an event says that the log goes on with an earlier time.
    static func isRepair(type: EventType?, stream: @autoclosure () -> StreamID?) -> Bool {
        type == .clockRepaired && stream() == .clock
    }

    /// - Parameter isRepair: whether the event says that the log goes on with an earlier time.
    mutating func add(_ time: Timestamp, at position: Position, isRepair: Bool = false) {
        if isRepair {
            (latest, hasRepair) = (time, true)
            return
        }
        if isBehind(time) { note(position, 1) }
        if !hasRepair, earliest.map({ time < $0.time }) ?? true { earliest = (time, position) }
        latest = max(latest ?? time, time)
    }

    /// Appends the run that comes next.
    mutating func add(_ next: EventTimes) {
        if let position = next.first {
            note(position, next.count)
        } else if let earliest = next.earliest, isBehind(earliest.time) {
            note(earliest.position, 1)
        }
        if next.hasRepair {
            (latest, hasRepair) = (next.latest, true)
        } else if let late = next.latest {
            latest = max(latest ?? late, late)
        }
    }

    /// Microseconds of `LedgerClock.disorder`. Every event is compared, and arithmetic on durations is of 128 bits.
    private static let disorder = LedgerClock.disorder.components.seconds * 1_000_000

    private func isBehind(_ time: Timestamp) -> Bool {
        guard let latest else { return false }
        let (behind, overflow) = latest.microseconds.subtractingReportingOverflow(time.microseconds)
        return behind > Self.disorder || overflow && time < latest
    }

    private mutating func note(_ position: Position, _ more: Int) {
        first = first ?? position
        count += more
    }

    static func == (left: EventTimes, right: EventTimes) -> Bool {
        left.latest == right.latest && left.first == right.first && left.count == right.count
    }

    func hash(into hasher: inout Hasher) {
        hasher.combine(latest)
        hasher.combine(count)
    }
}
