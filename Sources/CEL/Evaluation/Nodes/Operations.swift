/// A function or operator on one operand, whatever its type.
final class UnaryNode: Node {
    typealias Operation = @Sendable (CELValue, Meter) throws(EvaluationError) -> CELValue
    private let operation: Operation
    private let operand: Node

    init(_ operand: Node, at location: SourceLocation, _ operation: @escaping Operation) {
        self.operand = operand
        self.operation = operation
        super.init(at: location)
    }

    override func evaluate(_ activation: Activation) throws(EvaluationError) -> CELValue {
        let value = try operand.evaluate(activation)
        do {
            return try operation(value, activation.meter)
        } catch {
            throw error.located(at: location)
        }
    }
}

/// A function or operator on two operands, whatever their types.
final class BinaryNode: PairNode {
    typealias Operation = @Sendable (CELValue, CELValue, Meter) throws(EvaluationError) -> CELValue
    private let operation: Operation

    init(_ left: Node, _ right: Node, at location: SourceLocation, _ operation: @escaping Operation) {
        self.operation = operation
        super.init(left, right, at: location)
    }

    override func evaluate(_ activation: Activation) throws(EvaluationError) -> CELValue {
        let first = try left.evaluate(activation)
        let second = try right.evaluate(activation)
        do {
            return try operation(first, second, activation.meter)
        } catch {
            throw error.located(at: location)
        }
    }
}

/// A function on any number of operands.
final class CallNode: Node {
    typealias Operation = @Sendable ([CELValue], Meter) throws(EvaluationError) -> CELValue
    private let operation: Operation
    private let operands: [Node]

    init(_ operands: [Node], at location: SourceLocation, _ operation: @escaping Operation) {
        self.operands = operands
        self.operation = operation
        super.init(at: location)
    }

    override func evaluate(_ activation: Activation) throws(EvaluationError) -> CELValue {
        var values: [CELValue] = []
        values.reserveCapacity(operands.count)
        for operand in operands { values.append(try operand.evaluate(activation)) }
        do {
            return try operation(values, activation.meter)
        } catch {
            throw error.located(at: location)
        }
    }
}
