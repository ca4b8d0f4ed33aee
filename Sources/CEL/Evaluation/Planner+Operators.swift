/// Operators, specialised where the types of both operands are known.
extension Planner {
    mutating func unary(_ unaryOperator: UnaryOperator, _ operand: Expression, at location: SourceLocation) -> Node {
        let node = plan(operand)
        if unaryOperator == .not { return NotNode(node, at: location) }
        return folded(
            UnaryNode(node, at: location) { value, _ throws(EvaluationError) in try Arithmetic.negate(value) }, over: [node])
    }

    mutating func binary(_ binaryOperator: BinaryOperator, _ left: Expression, _ right: Expression, at location: SourceLocation)
        -> Node
    {
        let types = (type(of: left), type(of: right))
        let (first, second) = (plan(left), plan(right))
        if style == .specialized, let node = specialized(binaryOperator, first, second, types, at: location) {
            return folded(node, over: [first, second])
        }
        isMetered = true
        let node = BinaryNode(first, second, at: location) { left, right, meter throws(EvaluationError) in
            try Arithmetic.apply(binaryOperator, left, right, meter)
        }
        return folded(node, over: [first, second])
    }

    /// A few operands are decided pair by pair, which gives the same and needs no list of them.
    func logical(_ logicalOperator: LogicalOperator, _ operands: [Node], at location: SourceLocation) -> Node {
        guard let first = operands.first, operands.count <= 8 else { return LogicalNode(logicalOperator, operands, at: location) }
        return operands.dropFirst().reduce(first) { LogicalPairNode(logicalOperator, $0, $1, at: location) }
    }

    /// The node for operands of these types; nil where only the general operation will do.
    ///
    /// What is declared a timestamp or duration may be null, which equals nothing but fails in every other operation: so
    /// their equality is general.
    private func specialized(
        _ binaryOperator: BinaryOperator, _ left: Node, _ right: Node, _ types: (CELType, CELType), at location: SourceLocation
    ) -> Node? {
        switch (binaryOperator, types.0, types.1) {
        case (.in, _, _): nil
        case (.add, .int, .int), (.subtract, .int, .int), (.multiply, .int, .int), (.divide, .int, .int), (.modulo, .int, .int):
            IntArithmeticNode(binaryOperator, left, right, at: location)
        case (_, .int, .int): IntComparisonNode(binaryOperator, left, right, at: location)
        case (.modulo, .double, .double): nil
        case (.add, .double, .double), (.subtract, .double, .double), (.multiply, .double, .double), (.divide, .double, .double):
            DoubleArithmeticNode(binaryOperator, left, right, at: location)
        case (_, .double, .double): DoubleComparisonNode(binaryOperator, left, right, at: location)
        case (.equal, .bool, .bool), (.notEqual, .bool, .bool):
            BoolEqualityNode(left, right, isNegated: binaryOperator == .notEqual, at: location)
        case (.equal, .string, .string), (.notEqual, .string, .string):
            textEquality(isNegated: binaryOperator == .notEqual, left, right, at: location)
        case (.equal, _, _), (.notEqual, _, _): nil
        case (.subtract, .timestamp, .timestamp): TimestampDifferenceNode(left, right, at: location)
        case (.add, .timestamp, .duration): TimestampShiftNode(left, by: right, isBack: false, at: location)
        case (.add, .duration, .timestamp): TimestampShiftNode(right, by: left, isBack: false, at: location)
        case (.subtract, .timestamp, .duration): TimestampShiftNode(left, by: right, isBack: true, at: location)
        case (.add, .duration, .duration), (.subtract, .duration, .duration):
            DurationArithmeticNode(binaryOperator, left, right, at: location)
        case (_, .timestamp, .timestamp): TimestampComparisonNode(binaryOperator, left, right, at: location)
        case (_, .duration, .duration): DurationComparisonNode(binaryOperator, left, right, at: location)
        default: nil
        }
    }

    private func textEquality(isNegated: Bool, _ left: Node, _ right: Node, at location: SourceLocation) -> Node {
        switch (left, right) {
        case (let left as SlotNode, let right as SlotNode): SlotsTextEqualityNode(left, right, isNegated: isNegated, at: location)
        case (let slot as SlotNode, let constant as ConstantNode), (let constant as ConstantNode, let slot as SlotNode):
            SlotTextEqualityNode(slot, constant, isNegated: isNegated, at: location)
        default: TextEqualityNode(left, right, isNegated: isNegated, at: location)
        }
    }
}
