import EligibilityPolicy

/// What holds of all facts, since the engine makes no others.
package enum FactLaws {
    /// The two users differ, the device asked for is one of the owner's, nobody shares with fewer than no users, and a decision
    /// is not before its submission.
    package static func hold(for facts: Facts) -> Bool {
        facts.requester.id != facts.owner.id && facts.owner.devices.contains { $0.id == facts.device } && facts.sharedWith >= 0
            && facts.submittedAt <= facts.decidedAt
    }
}
