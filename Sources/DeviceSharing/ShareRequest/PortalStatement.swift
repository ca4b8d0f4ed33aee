import Canonical
import EligibilityPolicy

/// What the portal says with a request beside the owner's consent.
public struct PortalStatement: Hashable, Sendable {
    /// How the requester had logged in; nil where the portal does not say.
    public let session: RequesterSession?
    /// What the portal says of the things that the policy asks for.
    public let inputs: InputValues

    public static let none = PortalStatement()

    public init(session: RequesterSession? = nil, inputs: InputValues = .none) {
        self.session = session
        self.inputs = inputs
    }

    /// As it is recorded. Throws `invalid-input`: for a session of the future, and for inputs that are unknown, of another type or
    /// missing.
    func checked(by policy: Policy, at now: Timestamp) throws(SharingError) -> PortalStatement {
        try session?.checkBegun(by: now)
        switch policy.check(inputs) {
        case .success(let checked): return PortalStatement(session: session, inputs: checked)
        case .failure(let refused):
            throw .invalidInput(field: refused.input.map { "inputs.\($0)" } ?? "inputs", problem: refused.problem)
        }
    }
}
