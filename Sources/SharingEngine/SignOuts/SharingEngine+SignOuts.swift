import Canonical
import Foundation
import PostgreSQL

/// Sessions of the console that were signed out before their time. They are in the database, so that every server of a ledger
/// knows of them.
extension SharingEngine {
    /// Records that a session was signed out. `endsAt` is when it would have ended in any case: the record is needed until then.
    /// Throws `PostgreSQLError`.
    package func recordSignOut(of session: UUID, endsAt: Timestamp) async throws {
        let statement = Statement(
            "SELECT devshare.sign_out_record($1, $2, $3, $4)", [ledger.key, session, endsAt, try clock.now()])
        _ = try await pool.withConnection { connection in try await connection.query(statement) }
    }

    /// Whether a session was signed out, by whichever server. Throws `PostgreSQLError`.
    package func isSignedOut(_ session: UUID) async throws -> Bool {
        let statement = Statement(
            "SELECT EXISTS (SELECT FROM devshare.sign_out WHERE ledger = $1 AND session = $2)", [ledger.key, session])
        let result = try await pool.withConnection { connection in try await connection.query(statement) }
        guard let row = result.rows.first else { return false }
        return try row.decode(0)
    }
}
