import Canonical
import EventLog

/// A version of a stream that an evidence file lacks, or has in a place where another is due.
public struct EvidenceGap: Hashable, Sendable, CustomStringConvertible {
    public let stream: String
    /// Of the event behind the gap.
    public let position: Position
    /// The version before the gap; 0 where the stream's first event is missing.
    public let last: Int
    /// The version behind it.
    public let next: Int

    public var description: String {
        last == 0
            ? "\(stream) begins with version \(next) (position \(position))"
            : "\(stream) goes from version \(last) to \(next) (position \(position))"
    }
}

/// What an evidence file proves of one stream.
public struct EvidenceStatement: Hashable, Sendable {
    public let stream: String
    /// The last version in the file; 0 where it has none.
    public let versions: Int
    /// Position of that.
    public let last: Position
    /// Type of that event.
    public let lastType: String
    /// What the user, device or request has become by these events; nil where it is another stream, or not known.
    public internal(set) var endState: String?
    /// Whether every version from 1 to the last is in the file.
    public let isWhole: Bool
    /// Whether the file also shows that there is no later one up to the signed size: it discloses every position behind the
    /// last event.
    public let isComplete: Bool
}

/// Which versions of which streams a file discloses. It needs some bytes for each stream.
struct EvidenceStreams: Sendable {
    private struct Stream {
        var version: Int32
        var last: Position
        var lastType: String
        var isWhole = true
    }

    /// Gaps that are kept, of which more are counted.
    private static let kept = 1_000

    private var streams: [ExactText: Stream] = [:]
    private(set) var gaps: [EvidenceGap] = []
    private(set) var gapCount = 0
    /// The last position that is not disclosed.
    private(set) var hidden: Int64 = 0

    var count: Int { streams.count }

    /// Positions up to this one, from the last event on, are not disclosed.
    mutating func hide(through position: UInt64) { hidden = Int64(clamping: position) }

    /// Takes the next event, in the order of positions.
    mutating func add(_ event: RecordedEvent) {
        let name = ExactText(event.stream)
        var stream = streams[name] ?? Stream(version: 0, last: .start, lastType: event.type)
        // A version is at least 1 and at most `Int32.max`.
        if stream.version == .max || event.version != stream.version + 1 {
            gapCount += 1
            stream.isWhole = false
            if gaps.count < Self.kept {
                gaps.append(
                    EvidenceGap(
                        stream: event.stream, position: event.position, last: Int(stream.version), next: Int(event.version)))
            }
        }
        (stream.version, stream.last, stream.lastType) = (event.version, event.position, event.type)
        streams[name] = stream
    }

    func statement(of name: String) -> EvidenceStatement {
        guard let stream = streams[ExactText(name)] else {
            return EvidenceStatement(stream: name, versions: 0, last: .start, lastType: "", isWhole: false, isComplete: false)
        }
        return EvidenceStatement(
            stream: name, versions: Int(stream.version), last: stream.last, lastType: stream.lastType, isWhole: stream.isWhole,
            isComplete: stream.isWhole && hidden < stream.last.rawValue)
    }

    /// Streams of which the file shows that it has every event up to the signed size.
    var completeCount: Int { streams.values.count { $0.isWhole && hidden < $0.last.rawValue } }
}
