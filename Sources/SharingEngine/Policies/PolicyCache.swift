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
        return try await refresh(reader).policy(digest)
    }

    /// Reads the policies of the log, whatever was read before. Throws `event-unreadable`.
    @discardableResult
    func refresh(_ reader: EventReader) async throws -> PolicyArchive {
        let fresh = try await PolicyArchive.read(reader)
        archive.withLock { $0 = fresh }
        return fresh
    }

    /// A reason as the latest policy puts it that had it, of those that were read.
    func reason(_ id: PolicyReasonID) -> PolicyReason? {
        archive.withLock { $0 }?.reasons.first { $0.id == id }
    }
}
