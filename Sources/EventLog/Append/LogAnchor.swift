import Canonical
import PostgreSQL

/// The newest event that somebody has seen of a log, by which they know that it is the same log still.
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

    /// Locks the ledger, and fails with ``notHeld`` where the log does not hold the anchor. It is sent before an append, in the
    /// same transaction.
    package func check(in ledger: Ledger) -> Statement {
        Statement("SELECT devshare.anchor_check($1, $2, $3)", [ledger.key, position.rawValue, leafHash.bytes])
    }

    /// Asks whether the log holds the anchor: a row of one boolean.
    package func isHeld(by ledger: Ledger) -> Statement {
        Statement(
            "SELECT EXISTS (SELECT FROM devshare.event WHERE ledger = $1 AND position = $2 AND leaf_hash = $3)",
            [ledger.key, position.rawValue, leafHash.bytes])
    }
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
