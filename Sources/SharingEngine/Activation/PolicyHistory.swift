import Canonical
import DeviceSharing
import EligibilityPolicy
import SharingLog

/// One activation of a policy, and how it differed from the one before.
package struct PolicyHistoryEntry: Sendable {
    package let position: Position
    package let recordedAt: Timestamp
    package let actor: String?
    package let activation: PolicyActivation
    /// Nil where this program cannot read the text.
    package let policy: Policy?
    /// Nil for the first one, and where one of the two cannot be read.
    package let changes: [PolicyChange]?
}

extension SharingEngine {
    /// Every activation of the policy, the oldest first. Throws `event-unreadable`.
    package func policyHistory() async throws -> [PolicyHistoryEntry] {
        var entries: [PolicyHistoryEntry] = []
        for event in try await log.history(of: .sharingPolicy) {
            guard case .policy(.activated(let name, let version, let digest, let text)) = event.event else { continue }
            let policy: Policy?
            do {
                policy = try await self.policy(digest)
            } catch is PolicyError {
                // An earlier program's file is shown as the text that it is.
                policy = nil
            }
            entries.append(
                PolicyHistoryEntry(
                    position: event.position, recordedAt: event.recordedAt, actor: event.actor,
                    activation: PolicyActivation(name: name, version: version, digest: digest, text: text), policy: policy,
                    changes: entries.last?.policy.flatMap { before in policy.map { PolicyDiff.changes(before, $0) } }))
        }
        return entries
    }
}
