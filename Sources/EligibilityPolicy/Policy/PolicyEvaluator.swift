import Canonical

struct PolicyEvaluator: Sendable {
    func evaluate(_ facts: Facts) -> Decision {
        Decision(policy: Digest(sha256: [UInt8]()), rulings: [], approvalsRequired: 0)
    }
}
