import Canonical
import EventLog
import PostgreSQL
import Synchronization

/// The time of decisions. It is never behind what this engine knows to be recorded: a clock that is a little behind waits at
/// the newest event's time, and one that is far behind that, or ahead of the database's, is refused, since every age and
/// deadline would be wrong.
///
/// What other processes have recorded is known from each append. So times may run backwards along the log, but by less than
/// ``disorder``, which `devshare.ledger_append` ensures except where the time was set right (`LedgerHandle.repairClock`); in events
/// of schemas before 16, by as much as the clocks of several machines differed.
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
    private let maximumLead: Duration
    /// Whether it is the machine's, which the database's is compared with; an injected one is meant to say what it says.
    private let isMachines: Bool
    private let state: Mutex<State>

    /// - Parameters:
    ///   - isMachines: whether each append compares it with the database's.
    ///   - latest: time of the newest event; nil while there is none.
    init(
        reading: @escaping @Sendable () -> Timestamp, tolerance: Duration, isMachines: Bool = true, latest: Timestamp?
    ) {
        self.reading = reading
        self.tolerance = tolerance
        maximumLead = Self.maximumLead(within: tolerance)
        self.isMachines = isMachines
        state = Mutex(State(latest: latest ?? Timestamp(microseconds: .min)))
    }

    /// Throws `clock-behind` and `clock-ahead` where the machine's clock is too far off.
    package func now() throws(EngineError) -> Timestamp {
        let now = reading()
        let (latest, lead) = state.withLock { ($0.latest, $0.lead) }
        guard lead <= maximumLead else {
            throw EngineError(
                clockAheadBy: lead,
                "this machine's clock says \(now), which is \(lead.components.seconds) seconds ahead of the database's; set the one "
                    + "that is wrong right")
        }
        guard now < latest else { return now }
        guard latest.duration(since: now) <= tolerance else {
            throw EngineError(
                .clockBehind,
                "this machine's clock says \(now), but the newest event is of \(latest); set the clock right, or, where the event's time "
                    + "is what is wrong, run `devshare ledger repair-clock`")
        }
        return latest
    }

    /// How far a machine's clock may be ahead of the database's. Half of how far it may be behind the newest event: so a machine that
    /// is as far ahead as it may be does not shut out one that is as far behind the database.
    static func maximumLead(within tolerance: Duration) -> Duration { tolerance / 2 }

    /// What the clock says, be it right or wrong.
    package var unchecked: Timestamp { reading() }

    /// Takes note of a time that was recorded.
    package func advance(to time: Timestamp) {
        state.withLock { $0.latest = max($0.latest, time) }
    }

    /// What the database is asked before it appends a decision of this time; nil where the clock is injected. Clocks are compared
    /// now and then, and one can jump in between.
    package func check(_ time: Timestamp) -> ClockCheck? {
        isMachines ? ClockCheck(time: time, tolerance: maximumLead) : nil
    }

    /// Takes note of how far the database found this machine's clock ahead. The next comparison tells whether it is still so.
    package func note(lead: Duration) {
        state.withLock { $0.lead = max($0.lead, lead) }
    }

    /// The latest time that is known to be recorded.
    var latest: Timestamp { state.withLock { $0.latest } }

    /// Takes note of the ledger's latest time, which was read after `known` was recorded. Where it is earlier, the ledger's time was
    /// set right (`LedgerHandle.repairClock`), or its database has come back without its last events: the clock goes on from there.
    /// - Parameter recorded: nil while the ledger is empty.
    func follow(_ recorded: Timestamp?, knowing known: Timestamp) {
        let recorded = recorded ?? Timestamp(microseconds: .min)
        state.withLock { state in
            if recorded < known {
                if state.latest == known { state.latest = recorded }
            } else {
                state.latest = max(state.latest, recorded)
            }
        }
    }

    /// Takes note of what the database's clock says at some moment after this machine's said `earlier`.
    func compare(_ earlier: Timestamp, with database: Timestamp) {
        let lead = earlier.duration(since: database)
        state.withLock { $0.lead = lead }
    }
}
