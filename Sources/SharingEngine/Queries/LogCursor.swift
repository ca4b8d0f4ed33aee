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
    private enum Place: Hashable, Sendable {
        case event(LogPoint)
        /// Of which no more is known.
        case position(Position)
    }

    private let place: Place
    /// The last event that the newest checkpoint seen covers; nil where none was seen.
    public let checkpoint: LogPoint?

    /// Everything up to here was read.
    public var position: Position {
        switch place {
        case .event(let point): point.position
        case .position(let position): position
        }
    }

    /// The event at the position; nil where its mark is not known.
    var point: LogPoint? {
        if case .event(let point) = place { point } else { nil }
    }

    /// Before every event.
    public static let start = LogCursor(.start)

    /// Characters of the text, at most.
    public static let maximumTextLength = 2 * LogPoint.maximumTextLength + 1

    /// A position of which no more is known.
    public init(_ position: Position) { (place, checkpoint) = (.position(position), nil) }

    init(_ point: LogPoint, checkpoint: LogPoint? = nil) { (place, self.checkpoint) = (.event(point), checkpoint) }

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

extension SharingEngine {
    /// Makes sure that the log holds what a cursor names. Throws `LogRewound` where it does not.
    public func require(_ cursor: LogCursor) async throws {
        _ = try await held(cursor, outlook(from: cursor, distance: 0))
    }

    func outlook(from cursor: LogCursor, distance: Int) async throws -> LogOutlook {
        let result = try await pool.withConnection { [ledger] connection in
            try await connection.query(LogOutlook.statement(ledger, from: cursor, distance: distance))
        }
        return try LogOutlook(result, from: cursor)
    }

    /// The point of the cursor. Throws `LogRewound` where the log does not hold it.
    func held(_ cursor: LogCursor, _ outlook: LogOutlook) async throws -> LogPoint {
        if let point = outlook.held(cursor) { return point }
        var checkpoint = cursor.checkpoint
        if let known = checkpoint, try await !holds(known) { checkpoint = nil }
        throw LogRewound(cursor: cursor, checkpoint: checkpoint)
    }
}
