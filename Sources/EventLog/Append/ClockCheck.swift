import Canonical
import PostgreSQL

/// That the time of a decision has come, by the database's clock (`Schema/functions/log/clock_check.sql`).
package struct ClockCheck: Hashable, Sendable {
    /// The time of the decision.
    package let time: Timestamp
    /// How far that may be ahead of the database's clock.
    package let tolerance: Duration

    package init(time: Timestamp, tolerance: Duration) {
        self.time = time
        self.tolerance = tolerance
    }

    /// How the database refuses a decision whose time has not come: the detail is by how many seconds.
    package static let refusal = SQLState(rawValue: "DS008")

    /// Fails with ``refusal``. It is sent before an append, in the same transaction.
    package var statement: Statement { Statement("SELECT devshare.clock_check($1, $2)", parameters) }

    var parameters: [any PostgresEncodable] {
        let (seconds, attoseconds) = tolerance.components
        let (microseconds, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000)
        let sum = microseconds.addingReportingOverflow(attoseconds / 1_000_000_000_000)
        return [time, overflow || sum.overflow ? Int64.max : sum.partialValue]
    }
}
