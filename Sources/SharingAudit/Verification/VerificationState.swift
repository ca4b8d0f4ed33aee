import Canonical
import EventLog
import Transparency

/// How far a verification has come without finding anything. It is the auditor's own note: whoever can change it can make the
/// verification skip what it says was checked.
public struct VerificationState: Hashable, Sendable {
    let ledger: String
    var frontier = Frontier()
    var lastGood: UInt64 = 0
    var decisions = 0
    var detached: Int64 = 0
    var checkpoints = 0
    /// The latest time of an event so far; nil before the first, and in what was noted by a version that kept none.
    var latest: Timestamp?

    init(
        ledger: String, frontier: Frontier = Frontier(), lastGood: UInt64 = 0, decisions: Int = 0, detached: Int64 = 0,
        checkpoints: Int = 0, latest: Timestamp? = nil
    ) {
        self.ledger = ledger
        self.frontier = frontier
        self.lastGood = lastGood
        self.decisions = decisions
        self.detached = detached
        self.checkpoints = checkpoints
        self.latest = latest
    }

    /// Reads what `json` wrote; nil for anything else.
    public init?(json: JSONValue) {
        guard let ledger = json["ledger"]?.stringValue, let size = json["size"]?.integerValue, size >= 0,
            let peaks = json["peaks"]?.arrayValue?.compactMap({ $0.stringValue.flatMap { Digest(hex: $0) } }),
            let frontier = Frontier(size: UInt64(size), peaks: peaks), let lastGood = json["lastGood"]?.integerValue,
            lastGood >= 0,
            let decisions = json["decisions"]?.integerValue,
            let checkpoints = json["checkpoints"]?.integerValue
        else { return nil }
        self.init(
            ledger: ledger, frontier: frontier, lastGood: UInt64(lastGood), decisions: Int(decisions),
            detached: json["detached"]?.integerValue ?? 0, checkpoints: Int(checkpoints),
            latest: json["latest"]?.stringValue.flatMap { Timestamp($0) })
    }

    public var json: JSONValue {
        .members([
            "ledger": .string(ledger), "size": .integer(Int64(clamping: frontier.size)),
            "peaks": .array(frontier.peaks.map { .string($0.description) }),
            "lastGood": .integer(Int64(clamping: lastGood)),
            "decisions": .integer(Int64(decisions)), "detached": .integer(detached),
            "checkpoints": .integer(Int64(checkpoints)), "latest": latest.map { JSONValue($0) },
        ])
    }

    /// Whether a verification of this ledger can go on from here: only at the end of a chunk.
    func belongs(to ledger: Ledger, _ ends: LogEnds) -> Bool {
        self.ledger == ledger.name && Int64(frontier.size) <= ends.last
            && frontier.size.isMultiple(of: UInt64(ChunkVerifier.size))
    }
}
