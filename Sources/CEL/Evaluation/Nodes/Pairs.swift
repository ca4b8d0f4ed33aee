/// An operation on two operands.
class PairNode: Node {
    final let left: Node
    final let right: Node

    init(_ left: Node, _ right: Node, at location: SourceLocation) {
        self.left = left
        self.right = right
        super.init(at: location)
    }
}

/// One of several operators on two operands of a type that the subclass knows.
///
/// A subclass a type, not a generic one: its typed entries are called through the class, where generic code would not be
/// specialised.
class OperatorNode: PairNode {
    final let binaryOperator: BinaryOperator

    init(_ binaryOperator: BinaryOperator, _ left: Node, _ right: Node, at location: SourceLocation) {
        self.binaryOperator = binaryOperator
        super.init(left, right, at: location)
    }
}

/// `==` or `!=` on two operands of a type that the subclass knows.
class EqualityNode: PairNode {
    final let isNegated: Bool

    init(_ left: Node, _ right: Node, isNegated: Bool, at location: SourceLocation) {
        self.isNegated = isNegated
        super.init(left, right, at: location)
    }
}
