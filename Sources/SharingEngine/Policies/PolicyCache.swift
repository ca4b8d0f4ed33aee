import Canonical
import EligibilityPolicy
import EventLog
import SharingLog
import Synchronization

/// Policies by digest for those who show decisions: a digest stands for one text for ever, so what was read once stays true.
final class PolicyCache: Sendable {
    private let archive = Mutex<PolicyArchive?>(nil)

    /// The policy of that digest; nil where the log has none. Throws `policy-invalid` where this program cannot read its text.
    func policy(_ digest: Digest, _ reader: EventReader) async throws -> Policy? {
        if let policy = try archive.withLock({ $0 })?.policy(digest) { return policy }
        let fresh = try await PolicyArchive.read(reader)
        archive.withLock { $0 = fresh }
        return try fresh.policy(digest)
    }
}
