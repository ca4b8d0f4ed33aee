import CEL

/// What the parts of one rule's requirement came to in one evaluation.
struct RuleTrace {
    /// A part of the requirement, or of a variable that it uses.
    struct Part: Hashable {
        /// The variable; nil for the requirement itself.
        let variable: String?
        /// The expression's id within it.
        let expression: Int
    }

    private(set) var results: [Part: Result<CELValue, EvaluationError>] = [:]

    init(_ steps: [TraceStep]) {
        // Of a part that a macro evaluates for each element the last value counts.
        for step in steps { results[Part(variable: step.definition, expression: step.expressionID)] = step.result }
    }

    /// The flag that a part came to; nil where it was not evaluated, or failed.
    func flag(_ part: Part) -> Bool? {
        if case .success(.bool(let flag))? = results[part] { flag } else { nil }
    }

    /// The parts that were evaluated, parents first.
    func steps(of root: Expression, definitions: [String: CheckedExpression]) -> [RuleExplanation.Step] {
        var steps: [RuleExplanation.Step] = []
        collect(root, in: nil, depth: 0, definitions, into: &steps)
        return steps
    }

    private func collect(
        _ expression: Expression, in variable: String?, depth: Int, _ definitions: [String: CheckedExpression],
        into steps: inout [RuleExplanation.Step]
    ) {
        if case .literal = expression.kind { return }
        var depth = depth
        if let result = results[Part(variable: variable, expression: expression.id)] {
            let (value, isFailure) =
                switch result {
                case .success(let value): (value.description, false)
                case .failure(let error): ("an error: \(error.message)", true)
                }
            let step = RuleExplanation.Step(text: expression.sourceText, value: value, isFailure: isFailure, depth: depth)
            steps.append(step)
            depth += 1
        }
        if case .identifier(let name, _) = expression.kind, let definition = definitions[name] {
            collect(definition.parsed.root, in: name, depth: depth, definitions, into: &steps)
        }
        for child in expression.children { collect(child, in: variable, depth: depth, definitions, into: &steps) }
    }
}

extension PolicyEvaluator {
    /// A trace of each rule's requirement.
    func traces(on facts: Facts) -> [RuleTrace] {
        rules.map { rule in
            // Filled anew for each rule, so that variables are evaluated in each.
            withActivation(for: facts) { RuleTrace(rule.requirement.trace($0).steps) }
        }
    }
}
