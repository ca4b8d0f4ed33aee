import Canonical
import PostgreSQL

/// An event that somebody has seen of a log, by which they know that it is the same log still.
///
/// Numbers alone do not tell. A database that comes back without its last events, after a failover to a standby that was behind
/// or after a restore, gives their positions and versions out again; the hash of an event is not given out twice.
package struct LogAnchor: Hashable, Sendable {
    package let position: Position
    package let leafHash: Digest

    package init(position: Position, leafHash: Digest) {
        self.position = position
        self.leafHash = leafHash
    }

    package init(_ event: RecordedEvent) { self.init(position: event.position, leafHash: event.leafHash) }

    /// How a log refuses an anchor that it does not hold (`Schema/functions/log/anchor_check.sql`).
    package static let notHeld = SQLState(rawValue: "DS007")
}

extension [LogAnchor] {
    /// What is sent before an append, in the same transaction: it locks the ledger, and fails with ``LogAnchor/notHeld`` where the log
    /// does not hold one of them. Nothing where there is nothing to check.
    /// - Parameter clock: what else is checked in the same statement.
    package func check(in ledger: Ledger, _ clock: ClockCheck?) -> [Statement] {
        guard !isEmpty else { return clock.map { [$0.statement] } ?? [] }
        let parameters = [ledger.key] + columns
        guard let clock else { return [Statement("SELECT devshare.anchor_check($1, $2, $3)", parameters)] }
        return [
            Statement(
                "SELECT devshare.anchor_check($1, $2, $3), devshare.clock_check($4, $5)", parameters + clock.parameters)
        ]
    }

    /// Asks whether the log holds all of them: a row of one boolean.
    package func areHeld(by ledger: Ledger) -> Statement {
        Statement(
            """
            SELECT NOT EXISTS (
                SELECT FROM unnest($2::bigint[], $3::bytea[]) AS a(position, leaf_hash)
                 WHERE NOT EXISTS (SELECT FROM devshare.event e
                                    WHERE e.ledger = $1 AND e.position = a.position AND e.leaf_hash = a.leaf_hash OFFSET 0))
            """, [ledger.key] + columns)
    }

    private var columns: [any PostgresEncodable] { [map(\.position.rawValue), map(\.leafHash.bytes)] }
}

extension AppendBatch {
    /// The last event of the batch that was appended; nil where none was.
    package func anchor(_ outcomes: [AppendOutcome]) -> LogAnchor? {
        for (index, outcome) in outcomes.enumerated().reversed() {
            guard case .appended(let positions) = outcome, !positions.isEmpty else { continue }
            return leafHash(ofLastEventOf: Int32(index + 1)).map {
                LogAnchor(position: positions.upperBound.advanced(by: -1), leafHash: $0)
            }
        }
        return nil
    }
}
