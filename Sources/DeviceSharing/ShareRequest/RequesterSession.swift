import Canonical
import EligibilityPolicy

/// How the requester had logged in when the request was made, on the word of the portal.
public struct RequesterSession: Hashable, Sendable {
    /// Methods, level and moment, as decisions see them.
    public let facts: SessionFacts

    /// Throws `invalid-input`.
    public init(methods: [AuthenticationMethod], level: Int, authenticatedAt: Timestamp) throws(SharingError) {
        guard SessionFacts.levels.contains(level) else {
            throw .invalidInput(
                field: "session.level",
                problem: "must be from \(SessionFacts.levels.lowerBound) to \(SessionFacts.levels.upperBound)")
        }
        self.init(trusted: SessionFacts(methods: methods, level: level, authenticatedAt: authenticatedAt))
    }

    /// Takes what was validated before.
    package init(trusted facts: SessionFacts) {
        self.facts = facts
    }

    /// Throws `invalid-input` for a session of the future, which would stay fresh until that comes.
    func checkBegun(by now: Timestamp) throws(SharingError) {
        guard facts.authenticatedAt <= now.advanced(by: OwnerConsent.clockTolerance) else {
            throw .invalidInput(field: "session.authenticatedAt", problem: "must not be in the future")
        }
    }
}
