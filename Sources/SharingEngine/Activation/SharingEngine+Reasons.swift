import EligibilityPolicy
import SharingLog

/// Reasons of policies by name, for lists, which do not say which policy decided.
extension SharingEngine {
    /// A reason as the policy in force puts it, else as the latest one does that had it. Nil where none is known here: see
    /// ``learnReasons(of:)``.
    package func reason(_ id: PolicyReasonID) -> PolicyReason? { activePolicy?.reasons[id] ?? policyCache.reason(id) }

    /// Reads the policies of the log where a row has a reason that is not known here. Throws `event-unreadable`.
    package func learnReasons(of rows: [ShareRequestRow]) async throws {
        try await learnReasons(rows.flatMap(\.codes))
    }

    /// The same for these codes.
    package func learnReasons(_ codes: [ReasonCode]) async throws {
        let isUnknown = codes.contains { code in
            if case .ofPolicy(let id) = code { reason(id) == nil } else { false }
        }
        if isUnknown { try await policyCache.refresh(log.reader) }
    }
}
