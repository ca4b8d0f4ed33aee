import DeviceSharing
import EligibilityPolicy

/// A decision as it is shown: what it saw, and what every rule said of it.
package struct DecisionView: Sendable {
    package let facts: Facts
    package let decision: Decision
    /// The policy that decided, and every rule with the values of its parts; nil where the log does not hold that policy.
    package let reading: Reading?

    package struct Reading: Sendable {
        package let policy: Policy
        package let rules: [RuleExplanation]
    }

    /// What a policy says of facts now.
    init(_ facts: Facts, under policy: Policy) {
        let explanation = policy.explain(facts)
        self.facts = facts
        decision = explanation.decision
        reading = Reading(policy: policy, rules: explanation.rules)
    }

    /// What was decided. Throws `malformed-event-data`.
    init(_ record: DecisionRecord, _ decision: Decision, under policy: Policy?) throws(EventDecodingError) {
        facts = try record.facts()
        self.decision = decision
        guard let policy else {
            reading = nil
            return
        }
        reading = Reading(policy: policy, rules: policy.explain(facts).rules)
    }
}

extension SharingEngine {
    /// A recorded decision, with the policy that made it. Throws `event-unreadable`.
    package func view(_ record: DecisionRecord) async throws -> DecisionView {
        let decision = try record.decision()
        return try DecisionView(record, decision, under: await policy(decision.policy))
    }
}
