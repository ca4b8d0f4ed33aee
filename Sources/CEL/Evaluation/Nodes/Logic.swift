/// `&&` and `||` over any number of operands: one that decides the result absorbs the errors of the others, on either
/// side (langdef, "Logical Operators"). A limit that is exceeded ends the evaluation all the same.
final class LogicalNode: Node {
    private let absorbing: Bool
    private let operands: [Node]

    init(_ logicalOperator: LogicalOperator, _ operands: [Node], at location: SourceLocation) {
        absorbing = logicalOperator.absorbing
        self.operands = operands
        super.init(at: location)
    }

    override func evaluate(_ activation: Activation) throws(EvaluationError) -> CELValue { .bool(try bool(activation)) }

    override func bool(_ activation: Activation) throws(EvaluationError) -> Bool {
        var failure: EvaluationError?
        for index in 0..<operands.count {
            do {
                if try operands[index].bool(activation) == absorbing { return absorbing }
            } catch {
                if error.code == .limitExceeded { throw error }
                failure = failure ?? error
            }
        }
        if let failure { throw failure }
        return !absorbing
    }
}

/// `&&` or `||` over two operands, as in ``LogicalNode``.
final class LogicalPairNode: PairNode {
    private let absorbing: Bool

    init(_ logicalOperator: LogicalOperator, _ left: Node, _ right: Node, at location: SourceLocation) {
        absorbing = logicalOperator.absorbing
        super.init(left, right, at: location)
    }

    override func evaluate(_ activation: Activation) throws(EvaluationError) -> CELValue { .bool(try bool(activation)) }

    override func bool(_ activation: Activation) throws(EvaluationError) -> Bool {
        let first: Bool
        do {
            first = try left.bool(activation)
        } catch {
            if error.code != .limitExceeded, try right.bool(activation) == absorbing { return absorbing }
            throw error
        }
        return try first == absorbing ? absorbing : right.bool(activation)
    }
}

final class NotNode: Node {
    private let operand: Node

    init(_ operand: Node, at location: SourceLocation) {
        self.operand = operand
        super.init(at: location)
    }

    override func evaluate(_ activation: Activation) throws(EvaluationError) -> CELValue { .bool(try bool(activation)) }

    override func bool(_ activation: Activation) throws(EvaluationError) -> Bool { try !operand.bool(activation) }
}

final class ConditionalNode: Node {
    private let condition: Node
    private let yes: Node
    private let no: Node

    init(_ condition: Node, _ yes: Node, _ no: Node, at location: SourceLocation) {
        self.condition = condition
        self.yes = yes
        self.no = no
        super.init(at: location)
    }

    override func evaluate(_ activation: Activation) throws(EvaluationError) -> CELValue {
        try condition.bool(activation) ? yes.evaluate(activation) : no.evaluate(activation)
    }

    override func bool(_ activation: Activation) throws(EvaluationError) -> Bool {
        try condition.bool(activation) ? yes.bool(activation) : no.bool(activation)
    }

    override func int(_ activation: Activation) throws(EvaluationError) -> Int64 {
        try condition.bool(activation) ? yes.int(activation) : no.int(activation)
    }
}
