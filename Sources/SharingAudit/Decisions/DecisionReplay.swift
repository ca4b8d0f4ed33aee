import Canonical
import DeviceSharing
import EligibilityPolicy
import SharingLog

/// Re-decides every recorded decision under the policy text that the log recorded, from the facts that it recorded. There must
/// be no difference: a decision is a function of policy and facts, and the log holds all three.
public struct DecisionReplay: Sendable {
    /// A decision that is not what its policy gives.
    public struct Difference: Sendable {
        public let position: Position
        public let request: ShareRequestID
        public let recordedAt: Timestamp
        public let recorded: Decision
        /// What the policy decides today; nil where the log does not hold the policy that the decision names.
        public let decided: Decision?
    }

    public struct Report: Hashable, Sendable {
        /// Decisions made again.
        public var decisions = 0
        public var differences = 0
        /// Decisions that were passed over, since their data are in an archive.
        public var inArchive = 0
        /// Policies that they were made under.
        public var policies = 0
    }

    /// Told as it goes: the position that was reached, and where the ledger ends.
    public typealias Progress = (_ position: Position, _ head: Position) -> Void

    private let log: LedgerHandle

    public init(_ log: LedgerHandle) { self.log = log }

    private enum Outcome: Sendable {
        case same(Digest)
        case different(Difference)
    }

    /// Throws `event-unreadable` for what this program cannot read, and `policy-invalid` for a recorded policy that it does not
    /// understand any more.
    public func run(progress: Progress = { _, _ in }, onDifference: (Difference) -> Void = { _ in }) async throws
        -> Report
    {
        let archive = try await log.policyArchive()
        let head = try await log.head()
        var report = Report()
        var policies: Set<Digest> = []
        try await DecisionLog(log: log).scan(DecisionLog.Scope()) { entry in
            try Self.replay(entry, archive)
        } take: { findings in
            report.inArchive += findings.inArchive
            for outcome in findings.outputs {
                report.decisions += 1
                switch outcome {
                case .same(let policy): policies.insert(policy)
                case .different(let difference):
                    policies.insert(difference.recorded.policy)
                    report.differences += 1
                    onDifference(difference)
                }
            }
            progress(findings.last, head)
        }
        report.policies = policies.count
        return report
    }

    private static func replay(_ entry: DecisionLog.Entry, _ archive: PolicyArchive) throws -> Outcome {
        let digest = try entry.policyDigest()
        return try difference(entry, entry.facts(), under: digest, archive).map(Outcome.different) ?? .same(digest)
    }

    /// How a recorded decision differs from what its policy gives; nil where it does not.
    static func difference(
        _ entry: DecisionLog.Entry, _ facts: Facts, under policy: Digest, _ archive: PolicyArchive
    ) throws -> Difference? {
        let decided = try archive.policy(policy)?.evaluate(facts)
        if let decided {
            var writer = CanonicalJSONWriter(reservingCapacity: entry.record.decisionBytes.count)
            decided.write(to: &writer)
            // Equal bytes are equal decisions, ruling by ruling; nothing else needs to be read.
            if writer.bytes == entry.record.decisionBytes { return nil }
        }
        return Difference(
            position: entry.position, request: entry.request, recordedAt: entry.recordedAt,
            recorded: try entry.decision(),
            decided: decided)
    }
}
