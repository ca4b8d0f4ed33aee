import EligibilityPolicy
import TestSupport
import Testing

@testable import PolicyProof

@Suite("The comparison of generated policies")
struct ComparisonFuzzTests {
    /// Facts that both policies decide on, for each pair.
    private static let samples = 200

    @Test("never excludes what facts show, and shows only what the policies decide")
    func sound() async throws {
        var decided = 0
        var compared = 0
        await FuzzRun("policy-comparison", usual: FuzzRun.usual / 2).each { generator in
            var pairs = PairGenerator(random: generator)
            guard let (old, new) = pairs.pair() else { return }
            let comparison = PolicyComparison(old: old, new: new)
            compared += 1
            if comparison.verdict != .undecided { decided += 1 }
            for witness in comparison.witnesses {
                #expect(witness.old == old.evaluate(witness.facts) && witness.new == new.evaluate(witness.facts))
                #expect(FactLaws.hold(for: witness.facts) && witness.direction != nil)
            }
            var sampler = FactsSampler(seed: pairs.random.next(), policies: [old, new])
            for _ in 0..<Self.samples {
                let facts = sampler.next()
                guard FactLaws.hold(for: facts) else { continue }
                let (before, after) = (old.evaluate(facts).severity, new.evaluate(facts).severity)
                guard before != after else { continue }
                let direction: PolicyComparison.Direction = before < after ? .stricter : .looser
                #expect(
                    comparison.findings[direction] != .excluded,
                    "\(direction) on \(facts)\nOLD \(old.rules.map(\.expression))\nNEW \(new.rules.map(\.expression))")
            }
        }
        // Most of what is generated is inside of what is understood.
        #expect(decided * 10 >= compared * 7, "\(decided) of \(compared)")
    }
}
