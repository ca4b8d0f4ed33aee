import Canonical
import PostgreSQL

/// Finds and founds ledgers.
package struct LedgerDirectory: Sendable {
    private let pool: Pool

    package init(pool: Pool) { self.pool = pool }

    /// The ledger of that name. Throws `ledger-not-found` where there is none.
    package func ledger(named name: String) async throws -> Ledger {
        let result = try await pool.withConnection { connection in
            try await connection.query("SELECT ledger FROM devshare.ledger WHERE name = $1", name)
        }
        guard let row = result.rows.first else {
            throw EventLogError(.ledgerNotFound, "there is no ledger named \"\(name)\"")
        }
        return Ledger(key: try row.decode(0), name: name)
    }

    /// Position of the newest event and the latest time recorded (nil while the ledger is empty).
    package func head(of ledger: Ledger) async throws -> LedgerHead {
        let result = try await pool.withConnection { connection in
            try await connection.query(LedgerHead.statement(ledger))
        }
        guard let row = result.rows.first else {
            throw EventLogError(.ledgerNotFound, "there is no ledger named \"\(ledger.name)\"")
        }
        return try LedgerHead(row)
    }

    /// Founds a ledger unless it is there. Needs the owner's rights.
    package static func found(_ name: String, on connection: Connection) async throws {
        _ = try await connection.query(
            "INSERT INTO devshare.ledger (name) VALUES ($1) ON CONFLICT (name) DO NOTHING", name)
    }
}

/// Where a ledger ends.
package struct LedgerHead: Hashable, Sendable {
    package let position: Position
    /// The latest time of any event; nil while there is none.
    package let recordedAt: Timestamp?

    package static func statement(_ ledger: Ledger) -> Statement {
        Statement(
            "SELECT position, nullif(recorded_at, '-infinity') FROM devshare.ledger WHERE ledger = $1", [ledger.key])
    }

    package init(_ row: Row) throws(PostgreSQLError) {
        position = Position(rawValue: try row.decode(0))
        recordedAt = try row.decode(1)
    }
}
