import Canonical
import PostgreSQL
import Synchronization

/// The time of decisions. It is never behind what this engine knows to be recorded: a clock that is a little behind waits at
/// the newest event's time, and one that is far behind that, or ahead of the database's, is refused, since every age and
/// deadline would be wrong.
///
/// What other processes have recorded is known from each append. So times may run backwards along the log, but by less than
/// ``disorder``, which `devshare.ledger_append` ensures; in events of schemas before 16, by as much as the clocks of
/// several machines differed.
package final class LedgerClock: Sendable {
    /// No event is further behind the latest time before it.
    package static let disorder: Duration = .seconds(60)

    private struct State {
        var latest: Timestamp
        /// How far this machine's clock is ahead of the database's; zero where they are not compared.
        var lead = Duration.zero
    }

    private let reading: @Sendable () -> Timestamp
    private let tolerance: Duration
    private let state: Mutex<State>

    /// - Parameter latest: time of the newest event; nil while there is none.
    init(reading: @escaping @Sendable () -> Timestamp, tolerance: Duration, latest: Timestamp?) {
        self.reading = reading
        self.tolerance = tolerance
        state = Mutex(State(latest: latest ?? Timestamp(microseconds: .min)))
    }

    /// Throws `clock-behind` and `clock-ahead` where the machine's clock is too far off.
    package func now() throws(EngineError) -> Timestamp {
        let now = reading()
        let (latest, lead) = state.withLock { ($0.latest, $0.lead) }
        guard lead <= tolerance else {
            throw EngineError(
                .clockAhead,
                "this machine's clock says \(now), which is \(lead) ahead of the database's; set the one that is wrong right")
        }
        guard now < latest else { return now }
        guard latest.duration(since: now) <= tolerance else {
            throw EngineError(
                .clockBehind, "this machine's clock says \(now), but the newest event is of \(latest); set the clock right")
        }
        return latest
    }

    /// Takes note of a time that was recorded.
    package func advance(to time: Timestamp) {
        state.withLock { $0.latest = max($0.latest, time) }
    }

    /// Takes note of what the database's clock says at some moment after this machine's said `earlier`.
    func compare(_ earlier: Timestamp, with database: Timestamp) {
        let lead = earlier.duration(since: database)
        state.withLock { $0.lead = lead }
    }
}
