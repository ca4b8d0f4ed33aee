/// What differs between two policies, in words, and facts on which they decide differently.
package struct PolicyDiff: Sendable {
    /// Facts on which the two decide differently, made as plain as they can be without deciding alike.
    package struct Witness: Sendable {
        package let facts: Facts
        package let old: Decision
        package let new: Decision
    }

    package let changes: [PolicyChange]
    /// Nil where the search found none: then the policies may still differ on facts that it did not try.
    package let witness: Witness?

    /// Facts tried in the search for a witness.
    package static let mostTries = 50_000

    /// - Parameter tries: facts on which both are tried in search of a witness.
    package init(old: Policy, new: Policy, seed: UInt64 = 1, tries: Int = mostTries) {
        changes = Self.changes(old, new)
        witness = old.digest == new.digest ? nil : Self.search(old, new, seed: seed, tries: tries)
    }

    // MARK: The witness

    private static func search(_ old: Policy, _ new: Policy, seed: UInt64, tries: Int) -> Witness? {
        var sampler = FactsSampler(seed: seed, policies: [old, new])
        let plain = sampler.plain
        if differs(old, new, on: plain) { return witness(old, new, plain) }
        for _ in 0..<tries {
            let facts = sampler.next()
            guard differs(old, new, on: facts) else { continue }
            return witness(old, new, FactsSimplifier(plain: plain).simplify(facts) { differs(old, new, on: $0) })
        }
        return nil
    }

    /// Whether outcome, approvals or reasons differ; the names of rules do not count.
    static func differs(_ old: Policy, _ new: Policy, on facts: Facts) -> Bool {
        let one = old.evaluate(facts)
        let other = new.evaluate(facts)
        return one.outcome != other.outcome || one.approvalsRequired != other.approvalsRequired
            || one.reasons.map(\.code) != other.reasons.map(\.code)
    }

    private static func witness(_ old: Policy, _ new: Policy, _ facts: Facts) -> Witness {
        Witness(facts: facts, old: old.evaluate(facts), new: new.evaluate(facts))
    }
}
