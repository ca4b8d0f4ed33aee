import EligibilityPolicy

/// What a policy's cases find out of the faults that are put into it, one at a time.
package struct MutationReport: Sendable {
    package enum Fate: Sendable {
        /// A case fails on the mutant.
        case killed(by: String)
        /// It decides as the policy does, for the same reasons: that is proved, and no case could find it out.
        case equivalent
        /// No case fails on it, though it decides otherwise, or may. The witnesses are facts that a case could have.
        case survived(PolicyComparison)
    }

    package let fates: [(mutant: PolicyMutant, fate: Fate)]

    /// - Parameter limits: for the proof that a mutant which no case kills decides as the policy does.
    package init(_ policy: Policy, cases: PolicyTestSuite, limits: ProofLimits = ProofLimits()) {
        fates = policy.mutants().map { mutant in
            if let killer = cases.cases.first(where: { !$0.run(on: mutant.policy).passed }) {
                return (mutant, .killed(by: killer.id))
            }
            let comparison = PolicyComparison(old: policy, new: mutant.policy, limits: limits)
            return (mutant, comparison.verdict == .equal && comparison.reasons == nil ? .equivalent : .survived(comparison))
        }
    }

    /// The faults that the cases would let pass.
    package var survivors: [(mutant: PolicyMutant, comparison: PolicyComparison)] {
        fates.compactMap { mutant, fate in
            if case .survived(let comparison) = fate { (mutant, comparison) } else { nil }
        }
    }
}
