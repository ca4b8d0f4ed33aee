import Canonical
import EventLog
import PostgreSQL
import Transparency

/// Where a log ends, by everything that says so.
struct LogEnds: Sendable {
    /// By the ledger's row.
    let head: Int64
    /// By the events.
    let last: Int64
    /// By the newest checkpoint.
    let sealed: Int64
    /// Whether there are rows before the first position, which no reader of the log comes upon.
    let hasRowsBefore: Bool

    static func read(_ ledger: Ledger, on connection: Connection) async throws -> LogEnds {
        let statement = Statement(
            """
            SELECT position, coalesce((SELECT max(position) FROM devshare.event WHERE ledger = $1), 0),
                   coalesce((SELECT max(size) FROM devshare.checkpoint WHERE ledger = $1), 0),
                   EXISTS (SELECT FROM devshare.event WHERE ledger = $1 AND position < 1)
              FROM devshare.ledger WHERE ledger = $1
            """, [ledger.key])
        guard let row = try await connection.query(statement).rows.first else {
            throw EventLogError(.ledgerNotFound, "there is no ledger named \"\(ledger.name)\"")
        }
        // One statement, so all of it is of one moment.
        return LogEnds(
            head: try row.decode(0), last: try row.decode(1), sealed: try row.decode(2), hasRowsBefore: try row.decode(3))
    }

    var findings: [AuditFinding] {
        var findings: [AuditFinding] = []
        if hasRowsBefore {
            findings.append(
                AuditFinding(
                    .headDiffers, at: Position(rawValue: 1), "there are events before position 1: somebody put them there"))
        }
        if head != last {
            findings.append(
                AuditFinding(
                    .headDiffers, at: Position(rawValue: min(head, last) + 1),
                    "the ledger ends at position \(head) by its own row, but its last event is at \(last)"))
        }
        if sealed > last {
            findings.append(
                AuditFinding(
                    .checkpointAhead, at: Position(rawValue: last + 1),
                    "a checkpoint of \(sealed) events was signed, but the last event is at \(last): positions \(last + 1) to \(sealed) are missing"
                ))
        }
        return findings
    }
}

/// The tree of the whole log, put together from its chunks, against every checkpoint.
struct CheckpointChain: Sendable {
    private(set) var frontier = Frontier()
    var findings = AuditFindings()
    private(set) var report: LogVerification.Report
    /// The size of the last checkpoint that the log gives.
    private var lastGood: UInt64 = 0
    private var differing = 0
    private var isBroken = false
    private var times = EventTimes()

    init(ends: LogEnds, resuming state: VerificationState?) {
        report = LogVerification.Report(root: MerkleTree.emptyRoot)
        report.sealed = ends.sealed
        for finding in ends.findings { findings.add(finding) }
        guard let state else { return }
        frontier = state.frontier
        lastGood = state.lastGood
        times = EventTimes(latest: state.latest)
        report.events = Int64(state.frontier.size)
        report.decisions = state.decisions
        report.detached = state.detached
        report.checkpoints = state.checkpoints
        report.root = frontier.root
    }

    mutating func take(_ chunk: ChunkVerifier.Report) {
        findings.add(chunk.findings)
        report.events += chunk.events
        report.decisions += chunk.decisions
        report.detached += chunk.detached
        report.checkpoints += chunk.checkpoints.count
        times.add(chunk.times)
        (report.runsBack, report.runsBackCount) = (times.first, times.count)
        isBroken = isBroken || chunk.isBroken
        for (checkpoint, tree) in chunk.checkpoints {
            compare(checkpoint, frontier.appending(tree.size, peaks: tree.peaks))
        }
        guard let joined = frontier.appending(chunk.tree.size, peaks: chunk.tree.peaks) else { return }
        frontier = joined
        report.root = frontier.root
    }

    private mutating func compare(_ checkpoint: SealedCheckpoint, _ tree: Frontier?) {
        if tree?.root == checkpoint.root {
            lastGood = checkpoint.size
            return
        }
        differing += 1
        // Every later one differs for the same reason.
        guard differing == 1, !isBroken else { return }
        findings.add(
            AuditFinding(
                .checkpointDiffers, at: Position(rawValue: Int64(clamping: lastGood) + 1),
                "the checkpoint of \(checkpoint.size) events has the root \(checkpoint.root), the log gives \(tree.map(\.root.description) ?? "none"): something among positions \(lastGood + 1) to \(checkpoint.size) is not what was signed"
            ))
    }

    /// Where it is, for a run that goes on here. Once something was found, there is nothing to go on from.
    func state(of ledger: Ledger) -> VerificationState {
        guard findings.count == 0 else { return VerificationState(ledger: ledger.name) }
        return VerificationState(
            ledger: ledger.name, frontier: frontier, lastGood: lastGood, decisions: report.decisions,
            detached: report.detached, checkpoints: report.checkpoints, latest: times.latest)
    }
}
