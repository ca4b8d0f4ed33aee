import Canonical
import EventLog

/// A point of a log, for somebody outside who goes on from it later: how far the log was read, and a mark by which it is known that
/// this is the same log still. Positions alone do not tell: a log that was restored from a backup, or that lost events in a
/// failover, gives them out again.
///
/// As text it is `4711-1f3a9c04`, or `0` for the beginning.
public struct LogPoint: Hashable, Sendable, CustomStringConvertible {
    /// How many hexadecimal digits the mark has. It is the beginning of the leaf hash of the event at the position.
    private static let markLength = 8
    /// Characters of the text, at most.
    public static let maximumTextLength = 28

    /// Before every event.
    public static let start = LogPoint(position: .start, mark: "")

    /// Everything up to here was read.
    public let position: Position
    /// Empty at the beginning.
    private let mark: String

    private init(position: Position, mark: String) {
        self.position = position
        self.mark = mark
    }

    package init(_ position: Position, leafHash: Digest) {
        self.init(position: position, mark: String(leafHash.description.prefix(Self.markLength)))
    }

    /// Nil for a text that no point has.
    public init?(_ text: String) {
        if text == "0" {
            self = .start
            return
        }
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, let number = Int64(parts[0]), number > 0, String(number) == parts[0],
            parts[1].utf8.count == Self.markLength,
            parts[1].utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) })
        else { return nil }
        self.init(position: Position(rawValue: number), mark: String(parts[1]))
    }

    public var description: String { mark.isEmpty ? "0" : "\(position)-\(mark)" }
}

extension RecordedEvent {
    /// Where the event is in its log.
    package var point: LogPoint { LogPoint(position, leafHash: leafHash) }
}

extension LedgerEvent {
    /// Where the event is in its log.
    public var point: LogPoint { LogPoint(position, leafHash: leafHash) }
}
