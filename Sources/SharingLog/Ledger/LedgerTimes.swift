import Canonical
import EventLog
import PostgreSQL

/// The time by the database's clock, and the ledger's beside it.
struct LedgerTimes {
    let database: Timestamp
    /// Of the newest event; nil while there is none.
    let latest: Timestamp?

    /// Throws `ledger-not-found`.
    static func read(_ ledger: Ledger, on connection: Connection) async throws -> LedgerTimes {
        let statement = Statement(
            "SELECT clock_timestamp(), nullif(recorded_at, '-infinity') FROM devshare.ledger WHERE ledger = $1", [ledger.key])
        guard let row = try await connection.query(statement).rows.first else {
            throw EventLogError(.ledgerNotFound, "there is no ledger named \"\(ledger.name)\"")
        }
        return LedgerTimes(database: try row.decode(0), latest: try row.decode(1))
    }
}
