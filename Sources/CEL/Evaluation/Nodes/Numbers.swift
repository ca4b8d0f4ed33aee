/// `+ - * / %` on two ints.
final class IntArithmeticNode: OperatorNode {
    override func evaluate(_ activation: Activation) throws(EvaluationError) -> CELValue { .int(try int(activation)) }

    override func int(_ activation: Activation) throws(EvaluationError) -> Int64 {
        let first = try left.int(activation)
        let second = try right.int(activation)
        do {
            return try Arithmetic.integer(binaryOperator, first, second)
        } catch {
            throw error.located(at: location)
        }
    }
}

final class IntComparisonNode: OperatorNode {
    override func evaluate(_ activation: Activation) throws(EvaluationError) -> CELValue { .bool(try bool(activation)) }

    override func bool(_ activation: Activation) throws(EvaluationError) -> Bool {
        let first = try left.int(activation)
        return binaryOperator.holds(order(first, try right.int(activation)))
    }
}

final class DoubleArithmeticNode: OperatorNode {
    override func evaluate(_ activation: Activation) throws(EvaluationError) -> CELValue { .double(try double(activation)) }

    override func double(_ activation: Activation) throws(EvaluationError) -> Double {
        let first = try left.double(activation)
        return Arithmetic.double(binaryOperator, first, try right.double(activation))
    }
}

final class DoubleComparisonNode: OperatorNode {
    override func evaluate(_ activation: Activation) throws(EvaluationError) -> CELValue { .bool(try bool(activation)) }

    override func bool(_ activation: Activation) throws(EvaluationError) -> Bool {
        let first = try left.double(activation)
        return binaryOperator.holds(order(first, try right.double(activation)))
    }
}
