/// `cel.bind` and `cel.block`: values with local names. An error of a value matters only where its name is used.
final class BindNode: Node {
    private let firstLocal: Int
    private let values: [Node]
    private let body: Node

    init(firstLocal: Int, values: [Node], body: Node, at location: SourceLocation) {
        self.firstLocal = firstLocal
        self.values = values
        self.body = body
        super.init(at: location)
    }

    override func evaluate(_ activation: Activation) throws(EvaluationError) -> CELValue {
        try bindValues(activation)
        return try body.evaluate(activation)
    }

    override func bool(_ activation: Activation) throws(EvaluationError) -> Bool {
        try bindValues(activation)
        return try body.bool(activation)
    }

    private func bindValues(_ activation: Activation) throws(EvaluationError) {
        for (position, node) in values.enumerated() {
            do {
                activation.locals[firstLocal + position] = .value(try node.evaluate(activation))
            } catch {
                if error.code == .limitExceeded { throw error }
                activation.locals[firstLocal + position] = .failure(error)
            }
        }
    }
}

/// `optMap` and `optFlatMap`.
final class OptionalMapNode: Node {
    private let operand: Node
    private let local: Int
    private let body: Node
    private let isFlat: Bool

    init(_ operand: Node, local: Int, body: Node, isFlat: Bool, at location: SourceLocation) {
        self.operand = operand
        self.local = local
        self.body = body
        self.isFlat = isFlat
        super.init(at: location)
    }

    override func evaluate(_ activation: Activation) throws(EvaluationError) -> CELValue {
        let value = try operand.evaluate(activation)
        guard case .optional(let optional) = value else { throw mismatch(value, "optional") }
        guard let present = optional.value else { return value }
        activation.locals[local] = .value(present)
        let result = try body.evaluate(activation)
        guard isFlat else { return .optional(CELOptional(result)) }
        guard case .optional = result else { throw body.mismatch(result, "optional") }
        return result
    }
}
