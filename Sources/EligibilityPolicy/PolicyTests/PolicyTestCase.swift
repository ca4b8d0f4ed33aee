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
        package let code: SharingErrorCode?
        /// Those that the case names must have these values.
        package let parameters: ErrorParameters
    }
}

/// What came of one case.
package struct CaseResult: Sendable {
    package let testCase: PolicyTestCase
    package let decision: Decision
    /// What was expected and what came instead, a sentence each; empty where the case passed.
    package let differences: [String]
    /// Every rule with the values of its parts, where the case failed.
    package let explanation: Explanation?

    package var passed: Bool { differences.isEmpty }
}

extension CaseResult: CustomStringConvertible {
    /// Whether it passed, and what failed and why.
    package var lines: [String] {
        guard let explanation else { return ["passed  \(testCase.id)"] }
        let heading = "FAILED  \(testCase.id) (line \(testCase.line))"
        return [heading] + (differences + explanation.rules.flatMap(\.lines)).map { "    " + $0 }
    }

    package var description: String { lines.joined(separator: "\n") }
}

extension PolicyTestCase {
    /// Decides on the facts and compares.
    func run(on policy: Policy) -> CaseResult {
        let decision = policy.evaluate(facts)
        let differences = expected.differences(from: decision)
        return CaseResult(
            testCase: self, decision: decision, differences: differences,
            explanation: differences.isEmpty ? nil : policy.explain(facts))
    }
}

extension PolicyTestCase.Expectation {
    fileprivate func differences(from decision: Decision) -> [String] {
        var differences: [String] = []
        if decision.outcome != outcome {
            differences.append("expected \(outcome.rawValue), got \(decision.outcome.rawValue)")
        }
        if let approvals, decision.approvalsRequired != approvals {
            differences.append("expected \(approvals) approvals, got \(decision.approvalsRequired)")
        }
        let reasons = decision.reasons
        if reasons.map(\.rule) != failing.map(\.rule) {
            func list(_ rules: [RuleID]) -> String { rules.isEmpty ? "none" : rules.map(\.rawValue).joined(separator: ", ") }
            differences.append("expected failing rules: \(list(failing.map(\.rule))); got: \(list(reasons.map(\.rule)))")
        }
        for expected in failing {
            guard let reason = reasons.first(where: { $0.rule == expected.rule }) else { continue }
            if let code = expected.code, reason.code != code {
                differences.append("\(expected.rule): expected the error \(code), got \(reason.code)")
            }
            for (name, value) in expected.parameters where reason.parameters[name] != value {
                let got = reason.parameters[name]?.description ?? "none"
                differences.append("\(expected.rule): expected \(name) \(value), got \(got)")
            }
        }
        return differences
    }
}
