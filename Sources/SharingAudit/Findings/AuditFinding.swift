import Canonical
import SharingLog

/// Something about a log that is not as it must be.
public struct AuditFinding: Hashable, Sendable, CustomStringConvertible {
    public enum Code: String, Hashable, Sendable, CaseIterable {
        /// A position has no event.
        case positionMissing = "position-missing"
        /// An event's columns do not give the leaf hash that stands beside them.
        case leafHashDiffers = "leaf-hash-differs"
        /// The data of an event are missing, and no archive has them.
        case dataMissing = "data-missing"
        /// An event is not the one that was sealed.
        case sealedEventDiffers = "sealed-event-differs"
        /// Of rows whose data may be in an archive, something else is not what it was.
        case archivedEventDiffers = "archived-event-differs"
        /// The ledger's own row names another end than the events have.
        case headDiffers = "head-differs"
        /// No checkpoint covers a position: nobody signed that it is there.
        case positionNotSealed = "position-not-sealed"
        /// A checkpoint that somebody kept is not among those of the log.
        case checkpointMissing = "checkpoint-missing"
        /// A signed checkpoint is of more events than there are.
        case checkpointAhead = "checkpoint-ahead"
        /// The log does not give the root that was signed.
        case checkpointDiffers = "checkpoint-differs"
        /// A checkpoint was not signed by a key that is trusted, or is malformed.
        case checkpointUntrusted = "checkpoint-untrusted"
        /// A stored hash of the tree is not there, or is not what those below it give.
        case tileDiffers = "tile-differs"
        /// Versions of a stream are not 1, 2, 3 …
        case versionGap = "version-gap"
        /// An event that this program cannot read.
        case eventUnreadable = "event-unreadable"
        /// A decision is not what its policy gives on the facts that it recorded.
        case decisionDiffers = "decision-differs"
        /// What an event says was so when it was decided was not so by the log before it.
        case factDiffers = "fact-differs"
        /// A decision was not made by the policy that was in force.
        case policySuperseded = "policy-superseded"
        /// A row of a read model is not what the log gives.
        case readModelDiffers = "read-model-differs"
    }

    public let code: Code
    /// The first position that is concerned; nil where it is about none.
    public let position: Position?
    public let message: String
    /// What was recorded and what it should be; nil where the finding is about no fact.
    public let difference: FactDifference?

    init(_ code: Code, at position: Position?, _ message: String) {
        self.code = code
        self.position = position
        self.message = message
        difference = nil
    }

    init(_ difference: FactDifference, at position: Position) {
        (code, self.position, message, self.difference) = (.factDiffers, position, difference.description, difference)
    }

    var isAboutArchives: Bool { code == .dataMissing || code == .archivedEventDiffers }

    public var description: String { (position.map { "position \($0): " } ?? "") + "\(code.rawValue): \(message)" }
}

extension AuditFinding.Code {
    /// Whether it can be the mere consequence of another finding: an event that was changed makes rows differ that are correct.
    fileprivate var isConsequence: Bool {
        switch self {
        case .positionMissing, .positionNotSealed, .checkpointMissing, .leafHashDiffers, .dataMissing, .sealedEventDiffers,
            .checkpointAhead, .checkpointDiffers,
            .checkpointUntrusted:
            false
        case .archivedEventDiffers, .headDiffers, .tileDiffers, .versionGap, .eventUnreadable, .decisionDiffers, .factDiffers,
            .policySuperseded, .readModelDiffers:
            true
        }
    }
}

/// Findings, of which so many are kept as anybody reads; all are counted.
struct AuditFindings: Sendable {
    private static let kept = 1_000

    private(set) var list: [AuditFinding] = []
    private(set) var count = 0
    /// Those of them that are about facts.
    private(set) var factDifferences = 0

    mutating func add(_ finding: AuditFinding) {
        count += 1
        if finding.code == .factDiffers { factDifferences += 1 }
        if list.count < Self.kept { list.append(finding) }
    }

    /// What the bytes of the log say first, then what may follow from it; each in the order of positions.
    var inOrder: [AuditFinding] {
        func rank(_ finding: AuditFinding) -> (Int, Int64) {
            (finding.code.isConsequence ? 1 : 0, finding.position?.rawValue ?? .max)
        }
        return list.enumerated().sorted { left, right in
            let (before, after) = (rank(left.element), rank(right.element))
            return before == after ? left.offset < right.offset : before < after
        }.map(\.element)
    }

    mutating func add(_ others: AuditFindings) {
        count += others.count
        factDifferences += others.factDifferences
        list += others.list.prefix(Self.kept - list.count)
    }
}
