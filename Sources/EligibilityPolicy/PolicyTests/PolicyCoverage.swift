import CEL

/// What a policy's cases exercise: both outcomes of every rule, and both values of every condition in its expression: the
/// operands of `&&` and `||` and the tests of `?:`, in variables too.
package struct PolicyCoverage: Sendable {
    /// Both values of one condition, or one of them, that no case came to.
    package struct Gap: Hashable, Sendable, CustomStringConvertible {
        package let rule: RuleID
        /// The condition; nil for the rule as a whole.
        package let condition: String?
        /// The value that it never had.
        package let value: Bool

        package var description: String {
            guard let condition else { return "\(rule): no case in which it \(value ? "passes" : "fails")" }
            return "\(rule): no case in which '\(condition)' is \(value)"
        }
    }

    package let gaps: [Gap]
    /// Values of rules and conditions that there are, and how many of them some case came to.
    package let total: Int
    package var covered: Int { total - gaps.count }

    init(of suite: PolicyTestSuite, on policy: Policy) {
        let evaluator = policy.evaluator
        let places = evaluator.rules.map { rule in
            [Place(part: nil, text: nil)]
                + Place.conditions(in: rule.requirement.checked.parsed.root, variable: nil, policy.analysis.definitions)
        }
        var seen = places.map { Array(repeating: Set<Bool>(), count: $0.count) }
        for testCase in suite.cases {
            let rulings = policy.evaluate(testCase.facts).rulings
            let traces = evaluator.traces(on: testCase.facts)
            for (rule, trace) in traces.enumerated() {
                for (place, condition) in places[rule].enumerated() {
                    let flag = condition.part.map { trace.flag($0) } ?? rulings[rule].passed
                    if let flag { seen[rule][place].insert(flag) }
                }
            }
        }
        var gaps: [Gap] = []
        for (rule, places) in places.enumerated() {
            for (place, condition) in places.enumerated() {
                for value in [true, false] where !seen[rule][place].contains(value) {
                    gaps.append(Gap(rule: evaluator.rules[rule].rule.id, condition: condition.text, value: value))
                }
            }
        }
        self.gaps = gaps
        total = places.reduce(0) { $0 + $1.count * 2 }
    }
}

extension PolicyTestSuite {
    package func coverage(on policy: Policy) -> PolicyCoverage { PolicyCoverage(of: self, on: policy) }
}

/// A rule as a whole, or a condition in its expression.
private struct Place {
    let part: RuleTrace.Part?
    let text: String?

    static func conditions(
        in expression: Expression, variable: String?, _ definitions: [String: CheckedExpression]
    ) -> [Place] {
        var operands: [Expression] =
            switch expression.kind {
            case .logical(_, let operands): operands
            case .conditional(let test, _, _): [test]
            default: []
            }
        // A literal has one value only.
        operands.removeAll { if case .literal = $0.kind { true } else { false } }
        var places = operands.map { Place(part: RuleTrace.Part(variable: variable, expression: $0.id), text: $0.sourceText) }
        if case .identifier(let name, _) = expression.kind, let definition = definitions[name] {
            places += conditions(in: definition.parsed.root, variable: name, definitions)
        }
        for child in expression.children { places += conditions(in: child, variable: variable, definitions) }
        return places
    }
}
