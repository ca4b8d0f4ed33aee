import Canonical
import DeviceSharing
import EligibilityPolicy
import EventLog
import PostgreSQL
import SharingLog

/// Counts again what decisions say that was counted. A counter may go over many streams, so this reads the log once more, in order;
/// a log whose policies count nothing is not read.
struct CounterVerification: Sendable {
    let ledger: Ledger
    let pool: Pool
    let policies: PolicyArchive

    /// What decisions up to a position counted otherwise than the log gives.
    func findings(through last: Position) async throws -> AuditFindings {
        guard policies.readable.contains(where: { !$0.counters.isEmpty }) else { return AuditFindings() }
        return try await EventReader(ledger: ledger, pool: pool).copy(after: .start, through: last) { batches in
            var fold = CounterFold()
            var findings = AuditFindings()
            for try await batch in batches {
                try batch.forEach { event in try check(event, &fold, &findings) }
            }
            return findings
        }
    }

    /// What cannot be read is a finding of the first reading already, and says nothing here.
    private func check(_ event: borrowing LentEvent, _ fold: inout CounterFold, _ findings: inout AuditFindings) throws {
        let position = event.position
        guard !event.isDetached else { return }
        do {
            if let entry = try DecisionLog.entry(of: event), let policy = try policies.policy(entry.policyDigest()) {
                let facts = try entry.facts()
                if let actual = fold.values(of: policy.counted, for: facts, request: entry.request) {
                    for difference in Self.differences(facts.counters, actual) {
                        findings.add(AuditFinding(difference, at: position))
                    }
                }
            }
            try fold.add(event)
        } catch is EventLogError {
            return
        }
    }

    private static func differences(_ recorded: CounterValues, _ actual: CounterValues) -> [FactDifference] {
        actual.sorted.compactMap { counter, value in
            // That one is missing is found where the decision is made again.
            guard let told = recorded[counter], told != value else { return nil }
            return FactDifference(fact: "counters.\(counter)", recorded: "\(told)", actual: "\(value)")
        }
    }
}
