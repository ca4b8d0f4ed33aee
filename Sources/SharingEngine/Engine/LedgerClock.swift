import Canonical
import EventLog
import PostgreSQL
import Synchronization

/// The time of decisions. It never runs behind what is recorded: a clock that is a little behind waits at the newest
/// event's time, and one that is far behind is refused, since every age and expiry would be wrong.
final class LedgerClock: Sendable {
    private let reading: @Sendable () -> Timestamp
    private let tolerance: Duration
    private let latest: Mutex<Timestamp>

    /// - Parameter latest: time of the newest event; nil while there is none.
    init(reading: @escaping @Sendable () -> Timestamp, tolerance: Duration, latest: Timestamp?) {
        self.reading = reading
        self.tolerance = tolerance
        self.latest = Mutex(latest ?? Timestamp(microseconds: .min))
    }

    /// Throws `clock-behind` where the machine's clock has jumped back too far.
    func now() throws(EngineError) -> Timestamp {
        let now = reading()
        let latest = latest.withLock { $0 }
        guard now < latest else { return now }
        guard latest.duration(since: now) <= tolerance else {
            throw EngineError(
                .clockBehind, "this machine's clock says \(now), but the newest event is of \(latest); set the clock right")
        }
        return latest
    }

    /// Takes note of a time that was recorded.
    func advance(to time: Timestamp) {
        latest.withLock { $0 = max($0, time) }
    }
}
