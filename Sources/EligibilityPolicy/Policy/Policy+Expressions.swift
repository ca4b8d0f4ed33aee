import CEL

extension Policy {
    /// What each rule requires that acts on a new request, in the order of the rules: for programs that reason about expressions.
    package var requirements: [CheckedExpression] { evaluator.rules.map(\.requirement.checked) }

    /// The conditions on which each of these rules does not act.
    package var exclusions: [[CheckedExpression]] { evaluator.rules.map { $0.exclusions.map(\.condition.checked) } }

    /// All conditions of these rules.
    package var conditions: [CheckedExpression] { requirements + exclusions.flatMap { $0 } }

    /// All expressions of the rules that do not act on a new request.
    package var otherExpressions: [CheckedExpression] { evaluator.idle }

    /// The expressions of each rule's parameters, in the order of the rules.
    package var parameterExpressions: [[CheckedExpression]] { evaluator.rules.map { $0.parameters.map(\.program.checked) } }

    package var constantValues: [String: CELValue] { analysis.constants }

    package var variableExpressions: [String: CheckedExpression] { analysis.definitions }

    /// The value of a condition that uses facts and none of the policy's names; an evaluation that fails is false.
    package func value(of condition: CheckedExpression, on facts: Facts) -> Bool {
        // Checked again: it was checked where every record is known, and this policy may have a name of its own for one.
        let environment = schema.environment(constants: [:])
        guard let checked = try? environment.check(condition.parsed) else { return false }
        let program = Program(checked, in: environment)
        return evaluator.withActivation(for: facts) { activation in (try? program.evaluateBool(activation)) ?? false }
    }
}
