/// An expression ready to be evaluated: names are places, operations are specialised on their types.
///
/// ```swift
/// let environment = Environment(variables: [VariableDeclaration(name: "age", type: .duration)])
/// let program = try environment.compile("age >= duration('168h')")
/// let activation = Activation(environment.slots)
/// activation[0] = .duration(age)
/// let isOld = try program.evaluateBool(activation)
/// ```
package struct Program: Sendable {
    /// One reference, so that a program is passed around at the price of one.
    private let plan: Plan

    package init(_ checked: CheckedExpression, in environment: Environment) {
        plan = Planner.plan(checked, in: environment, style: .specialized)
    }

    package var checked: CheckedExpression { plan.checked }

    package var resultType: CELType { plan.checked.resultType }

    /// The slots of ``Environment/slots`` that it may read, in order; those of named expressions included.
    package var slotsRead: [Int] { plan.slotsRead }

    /// The value under the activation, which must have the layout of the program's environment.
    package func evaluate(_ activation: Activation) throws(EvaluationError) -> CELValue {
        activation.begin(plan)
        return try plan.root.evaluate(activation)
    }

    /// The value of an expression of type bool, without a box around it. Fails where the value is not a bool.
    package func evaluateBool(_ activation: Activation) throws(EvaluationError) -> Bool {
        activation.begin(plan)
        return try plan.root.bool(activation)
    }

    /// Evaluates and says what each sub-expression came to. Slow: for explanations, not for decisions.
    package func trace(_ activation: Activation) -> (result: Result<CELValue, EvaluationError>, steps: [TraceStep]) {
        let recorder = TraceRecorder()
        activation.recorder = recorder
        defer { activation.recorder = nil }
        // What is remembered would not be evaluated, and so not be recorded.
        activation.forget()
        let result = run(.traced, activation)
        return (result, recorder.steps)
    }

    /// The value by way of the general operations alone, for comparison with the specialised ones.
    package func evaluateWithoutSpecialization(_ activation: Activation) -> Result<CELValue, EvaluationError> {
        activation.forget()
        return run(.general, activation)
    }

    private func run(_ style: Planner.Style, _ activation: Activation) -> Result<CELValue, EvaluationError> {
        let plan = Planner.plan(plan.checked, in: plan.environment, style: style)
        activation.begin(plan)
        do throws(EvaluationError) {
            return .success(try plan.root.evaluate(activation))
        } catch {
            return .failure(error)
        }
    }
}

/// A tree of nodes with the room that it needs.
///
/// Unchecked because a node may be of any subclass, which cannot be proved sendable: all of them have only immutable
/// stored properties, of nodes and of sendable types.
final class Plan: @unchecked Sendable {
    let root: Node
    let localCount: Int
    /// Whether it does anything that counts against the limits.
    let isMetered: Bool
    let checked: CheckedExpression
    let environment: Environment
    let slotsRead: [Int]

    init(
        root: Node, localCount: Int, isMetered: Bool, slotsRead: [Int], checked: CheckedExpression, environment: Environment
    ) {
        self.root = root
        self.localCount = localCount
        self.isMetered = isMetered
        self.slotsRead = slotsRead
        self.checked = checked
        self.environment = environment
    }
}
