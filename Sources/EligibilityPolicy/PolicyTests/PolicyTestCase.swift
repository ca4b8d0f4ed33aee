/// One case of a policy's own tests: facts, and what the policy must say of them.
package struct PolicyTestCase: Sendable {
    package let id: String
    /// Of the case in its file.
    package let line: Int
    package let facts: Facts
    package let expected: Expectation

    package struct Expectation: Sendable {
        package let outcome: Outcome
        /// The rules that must fail, all of them, in the order of a decision's reasons.
        package let failing: [Failure]
        /// How many officers must approve; nil where the case does not say.
        package let approvals: Int?
    }

    package struct Failure: Sendable {
        package let rule: RuleID
        /// Nil where the case does not say.
        package let code: ReasonCode?
        /// Those that the case names must have these values.
        package let parameters: ErrorParameters
    }
}

/// What came of one case.
package struct CaseResult: Sendable {
    package let testCase: PolicyTestCase
    package let policy: Policy
    /// Those of the case, its inputs as the policy records them.
    package let facts: Facts
    package let decision: Decision
    /// What was expected and what came instead; empty where the case passed.
    package let found: [CaseDifference]

    package var passed: Bool { found.isEmpty }

    /// The same, a sentence each.
    package var differences: [String] { found.map(\.description) }

    /// Every rule with the values of its parts: worked out when it is asked for.
    package var explanation: Explanation { policy.explain(facts) }
}

extension CaseResult: CustomStringConvertible {
    /// Whether it passed, and what failed and why.
    package var description: String {
        guard !passed else { return "passed  \(testCase.id)" }
        let lines = differences + explanation.rules.flatMap(\.lines)
        return (["FAILED  \(testCase.id) (line \(testCase.line))"] + lines.map { "    " + $0 }).joined(separator: "\n")
    }
}

extension PolicyTestCase {
    /// Decides on the facts and compares. The inputs of the case are taken as those of a request are; a case with inputs or
    /// counters that the policy does not know has not passed, whatever the policy decides without them.
    package func run(on policy: Policy) -> CaseResult {
        var facts = facts
        var found: [CaseDifference] = []
        switch policy.normalized(facts.inputs) {
        case .success(let inputs): facts.inputs = inputs
        case .failure(let refused): found.append(.input(refused))
        }
        found += facts.counters.sorted.map(\.counter).filter { !policy.counted.contains($0) }.map { .counter($0) }
        let decision = policy.evaluate(facts)
        found += expected.differences(from: decision)
        return CaseResult(testCase: self, policy: policy, facts: facts, decision: decision, found: found)
    }
}
