import Canonical
import EventLog
import PostgreSQL
import SharingLog

/// What there is to know of the log where a reader goes on.
struct LogOutlook {
    let head: Position
    /// The last event that the newest checkpoint covers.
    let checkpoint: LogPoint?
    /// The event at the cursor; nil at the beginning, and where the log does not reach so far.
    private let here: LogPoint?
    /// The event as far on as was asked for, or the last one; nil at the beginning.
    let reach: LogPoint?

    /// - Parameter distance: how many positions behind the cursor are looked at.
    static func statement(_ ledger: Ledger, from cursor: LogCursor, distance: Int) -> Statement {
        Statement(
            """
            SELECT l.position, c.size,
                   (SELECT e.leaf_hash FROM devshare.event e WHERE e.ledger = l.ledger AND e.position = c.size),
                   (SELECT e.leaf_hash FROM devshare.event e WHERE e.ledger = l.ledger AND e.position = $2),
                   least(l.position, $3),
                   (SELECT e.leaf_hash FROM devshare.event e WHERE e.ledger = l.ledger AND e.position = least(l.position, $3))
              FROM devshare.ledger l
              LEFT JOIN LATERAL (SELECT size FROM devshare.checkpoint
                                  WHERE ledger = l.ledger ORDER BY size DESC LIMIT 1) c ON true
             WHERE l.ledger = $1
            """, [ledger.key, cursor.position.rawValue, cursor.position.advanced(by: distance).rawValue])
    }

    init(_ result: QueryResult, from cursor: LogCursor) throws {
        guard let row = result.rows.first else { throw EngineError(.logUnreadable, "the ledger is gone") }
        head = Position(rawValue: try row.decode(0))
        let size: Int64? = try row.decode(1)
        checkpoint = try size.flatMap { Self.point(at: $0, try row.decode(2)) }
        here = Self.point(at: cursor.position.rawValue, try row.decode(3))
        reach = Self.point(at: try row.decode(4), try row.decode(5))
    }

    private static func point(at position: Int64, _ leafHash: [UInt8]?) -> LogPoint? {
        leafHash.flatMap { Digest(bytes: $0) }.map { LogPoint(Position(rawValue: position), leafHash: $0) }
    }

    /// The point of a cursor that the log holds; nil for one that it does not.
    func held(_ cursor: LogCursor) -> LogPoint? {
        guard cursor.position > .start else { return .start }
        guard let here, cursor.point.map({ $0 == here }) ?? true else { return nil }
        return here
    }
}
