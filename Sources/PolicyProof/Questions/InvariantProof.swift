import CEL
import EligibilityPolicy

/// Whether a policy keeps an invariant.
package struct InvariantProof: Sendable {
    package enum Result: Sendable {
        /// Proved, over all requests.
        case kept
        /// A request that breaks it, and how its facts differ from those of a plain one.
        case broken(Facts, decision: Decision, words: [String])
        case undecided
    }

    package let invariant: Invariant
    package let result: Result

    package init(_ invariant: Invariant, of policy: Policy, limits: ProofLimits = ProofLimits()) {
        self.invariant = invariant
        let world = World([policy], invariants: [invariant], steps: limits.steps)
        let rules = RuleSet(world)
        let binding = rules.members.filter { invariant.scope == .whenApproved || $0.strength == 3 }
        let plain = FactsSampler(seed: 1, policies: [policy]).plain
        let breaks = { (facts: Facts) in
            FactLaws.hold(for: facts) && invariant.binds(policy.evaluate(facts))
                && policy.value(of: invariant.requirement, on: facts) == false
        }
        var isOpen = false
        var found: Facts?
        let search = Search(maximumPaths: limits.paths, world: world)
        let isComplete = search.run(from: Path(world)) { (path: inout Path) throws(Split) -> Search.Step<Bool> in
            let reader = Reader(world: world, path: path, policy: 0)
            if try reader.truth(of: invariant.requirement.parsed.root) == .yes { return .nothing }
            for rule in binding { if try !rules.passes(rule, &path) { return .nothing } }
            return .hit(true)
        } visit: { path, _ in
            switch ModelFinder(world: world, path: path, plain: plain).find() {
            case .impossible: return true
            case .found(let facts): if breaks(facts) { found = facts } else { isOpen = true }
            case .unknown: isOpen = true
            }
            return found == nil
        }
        if let found {
            let facts = FactsSimplifier(plain: plain).simplify(found, while: breaks)
            result = .broken(facts, decision: policy.evaluate(facts), words: FactsInWords(plain: plain).words(for: facts))
        } else {
            result = isComplete && !isOpen ? .kept : .undecided
        }
    }
}

extension Invariant {
    /// Whether it has to hold of a request that is decided so.
    fileprivate func binds(_ decision: Decision) -> Bool {
        switch scope {
        case .unlessRejected: decision.outcome != .reject
        case .whenApproved: decision.outcome == .approve
        }
    }
}
