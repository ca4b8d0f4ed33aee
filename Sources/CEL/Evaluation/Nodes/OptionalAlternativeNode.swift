/// `optional.or(other)` and `optional.orValue(value)`: the other is worked out only where the first is absent.
final class OptionalAlternativeNode: Node {
    private let operand: Node
    private let alternative: Node
    private let unwraps: Bool

    init(_ operand: Node, _ alternative: Node, unwraps: Bool, at location: SourceLocation) {
        self.operand = operand
        self.alternative = alternative
        self.unwraps = unwraps
        super.init(at: location)
    }

    override func evaluate(_ activation: Activation) throws(EvaluationError) -> CELValue {
        let value = try operand.evaluate(activation)
        guard case .optional(let optional) = value else { throw mismatch(value, "optional") }
        if let present = optional.value { return unwraps ? present : value }
        let other = try alternative.evaluate(activation)
        if unwraps { return other }
        guard case .optional = other else { throw alternative.mismatch(other, "optional") }
        return other
    }
}
