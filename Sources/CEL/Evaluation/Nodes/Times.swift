/// A timestamp minus another.
final class TimestampDifferenceNode: PairNode {
    override func evaluate(_ activation: Activation) throws(EvaluationError) -> CELValue { .duration(try duration(activation)) }

    override func duration(_ activation: Activation) throws(EvaluationError) -> CELDuration {
        let first = try left.timestamp(activation)
        let second = try right.timestamp(activation)
        do {
            return try Arithmetic.difference(first, second)
        } catch {
            throw error.located(at: location)
        }
    }
}

/// A timestamp plus or minus a duration.
final class TimestampShiftNode: Node {
    private let moment: Node
    private let span: Node
    private let isBack: Bool

    init(_ moment: Node, by span: Node, isBack: Bool, at location: SourceLocation) {
        self.moment = moment
        self.span = span
        self.isBack = isBack
        super.init(at: location)
    }

    override func evaluate(_ activation: Activation) throws(EvaluationError) -> CELValue { .timestamp(try timestamp(activation)) }

    override func timestamp(_ activation: Activation) throws(EvaluationError) -> CELTimestamp {
        let start = try moment.timestamp(activation)
        let distance = try span.duration(activation)
        do {
            return try isBack ? Arithmetic.shift(start, back: distance) : Arithmetic.shift(start, by: distance.nanoseconds)
        } catch {
            throw error.located(at: location)
        }
    }
}

/// `+` or `-` on two durations.
final class DurationArithmeticNode: OperatorNode {
    override func evaluate(_ activation: Activation) throws(EvaluationError) -> CELValue { .duration(try duration(activation)) }

    override func duration(_ activation: Activation) throws(EvaluationError) -> CELDuration {
        let first = try left.duration(activation)
        let second = try right.duration(activation)
        do {
            return try Arithmetic.span(binaryOperator, first, second)
        } catch {
            throw error.located(at: location)
        }
    }
}

final class TimestampComparisonNode: OperatorNode {
    override func evaluate(_ activation: Activation) throws(EvaluationError) -> CELValue { .bool(try bool(activation)) }

    override func bool(_ activation: Activation) throws(EvaluationError) -> Bool {
        let first = try left.timestamp(activation)
        return binaryOperator.holds(order(first, try right.timestamp(activation)))
    }
}

final class DurationComparisonNode: OperatorNode {
    override func evaluate(_ activation: Activation) throws(EvaluationError) -> CELValue { .bool(try bool(activation)) }

    override func bool(_ activation: Activation) throws(EvaluationError) -> Bool {
        let first = try left.duration(activation).nanoseconds
        return binaryOperator.holds(order(first, try right.duration(activation).nanoseconds))
    }
}
