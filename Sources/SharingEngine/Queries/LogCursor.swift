import Canonical
import EventLog
import PostgreSQL
import SharingLog

/// Where a reader outside goes on from: the event that it read last, and the newest checkpoint that it has seen, each with a mark
/// by which it is known that the log holds it still. A database that comes back without its last events gives their positions out
/// again, so positions alone would let a reader miss events without a word.
///
/// As text it is `4711-1f3a9c04`, or `4711-1f3a9c04.4700-0a7b33e1` with the last event that a checkpoint covers; `0` is the
/// beginning, and a position alone, such as `4711`, is for people who type it.
public struct LogCursor: Hashable, Sendable, CustomStringConvertible {
    /// Everything up to here was read.
    public let position: Position
    /// The event at the position; nil where its mark is not known.
    let point: LogPoint?
    /// The last event that the newest checkpoint seen covers; nil where none was seen.
    public let checkpoint: LogPoint?

    /// Before every event.
    public static let start = LogCursor(.start)

    /// Characters of the text, at most.
    public static let maximumTextLength = 2 * LogPoint.maximumTextLength + 1

    /// A position of which no more is known.
    public init(_ position: Position) {
        self.init(position: position, point: nil, checkpoint: nil)
    }

    init(_ point: LogPoint, checkpoint: LogPoint? = nil) {
        self.init(position: point.position, point: point, checkpoint: checkpoint)
    }

    private init(position: Position, point: LogPoint?, checkpoint: LogPoint?) {
        self.position = position
        self.point = point
        self.checkpoint = checkpoint
    }

    /// Nil for a text that no cursor has.
    public init?(_ text: String) {
        if let number = Int64(text), number >= 0, String(number) == text {
            self.init(Position(rawValue: number))
            return
        }
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count <= 2, let point = LogPoint(String(parts[0])) else { return nil }
        var checkpoint: LogPoint?
        if parts.count == 2 {
            checkpoint = LogPoint(String(parts[1]))
            guard let checkpoint, checkpoint != .start, checkpoint.position <= point.position else { return nil }
        }
        self.init(point, checkpoint: checkpoint)
    }

    public var description: String {
        guard let point else { return "\(position)" }
        return checkpoint.map { "\(point).\($0)" } ?? "\(point)"
    }
}

/// The log does not hold what a cursor names: its database has lost its last events, or it is another log.
public struct LogRewound: Error, Hashable, Sendable {
    public let cursor: LogCursor
    /// The checkpoint of the cursor, where the log holds that still: up to there nothing has changed.
    public let checkpoint: LogPoint?
}

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

extension SharingEngine {
    /// Makes sure that the log holds what a cursor names. Throws `LogRewound` where it does not.
    public func require(_ cursor: LogCursor) async throws {
        let result = try await pool.withConnection { [ledger] connection in
            try await connection.query(LogOutlook.statement(ledger, from: cursor, distance: 0))
        }
        _ = try await held(cursor, LogOutlook(result, from: cursor))
    }

    /// The point of the cursor. Throws `LogRewound` where the log does not hold it.
    func held(_ cursor: LogCursor, _ outlook: LogOutlook) async throws -> LogPoint {
        if let point = outlook.held(cursor) { return point }
        var checkpoint = cursor.checkpoint
        if let known = checkpoint, try await !holds(known) { checkpoint = nil }
        throw LogRewound(cursor: cursor, checkpoint: checkpoint)
    }
}
