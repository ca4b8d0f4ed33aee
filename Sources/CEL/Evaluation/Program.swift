/// An expression ready to be evaluated: names are places, operations are specialised on their types.
///
/// ```swift
/// let environment = Environment(variables: [VariableDeclaration(name: "age", type: .duration)])
/// let program = try environment.compile("age >= duration('168h')")
/// let activation = Activation(environment.slots)
/// activation[0] = .duration(age)
/// let isOld = try program.evaluateBool(activation)
/// ```
package final class Program: Sendable {
    package let checked: CheckedExpression
    /// The slots of ``Environment/slots`` that it may read, in order; those of named expressions included.
    package let slotsRead: [Int]

    private let plan: Plan
    private let limits: Limits
    private let environment: Environment

    package init(_ checked: CheckedExpression, in environment: Environment) {
        self.checked = checked
        self.environment = environment
        limits = environment.limits
        slotsRead = checked.slotsRead.sorted()
        plan = Planner.plan(checked, in: environment, style: .specialized)
    }

    package var resultType: CELType { checked.resultType }

    /// The value under the activation, which must have the layout of the program's environment.
    package func evaluate(_ activation: Activation) throws(EvaluationError) -> CELValue {
        prepare(activation)
        return try plan.root.evaluate(activation)
    }

    /// The value of an expression of type bool, without a box around it. Fails where the value is not a bool.
    package func evaluateBool(_ activation: Activation) throws(EvaluationError) -> Bool {
        prepare(activation)
        return try plan.root.bool(activation)
    }

    /// Evaluates and says what each sub-expression came to. Slow: for explanations, not for decisions.
    package func trace(_ activation: Activation) -> (result: Result<CELValue, EvaluationError>, steps: [TraceStep]) {
        let plan = Planner.plan(checked, in: environment, style: .traced)
        let recorder = TraceRecorder()
        activation.recorder = recorder
        defer { activation.recorder = nil }
        let result = run(plan, activation)
        return (result, recorder.steps)
    }

    /// The value by way of the general operations alone, for comparison with the specialised ones.
    package func evaluateWithoutSpecialization(_ activation: Activation) -> Result<CELValue, EvaluationError> {
        run(Planner.plan(checked, in: environment, style: .general), activation)
    }

    private func run(_ plan: Plan, _ activation: Activation) -> Result<CELValue, EvaluationError> {
        activation.reserveLocals(plan.localCount)
        activation.meter.reset(limits)
        do throws(EvaluationError) {
            return .success(try plan.root.evaluate(activation))
        } catch {
            return .failure(error)
        }
    }

    private func prepare(_ activation: Activation) {
        assert(activation.slotCount == environment.slots.count, "the activation is of another environment")
        activation.reserveLocals(plan.localCount)
        activation.meter.reset(limits)
    }
}

/// A tree of nodes with the room that it needs.
///
/// Unchecked because a node may be of any subclass, which cannot be proved sendable: all of them have only immutable
/// stored properties, of nodes and of sendable types.
struct Plan: @unchecked Sendable {
    let root: Node
    let localCount: Int
}
