final class BoolEqualityNode: EqualityNode {
    override func evaluate(_ activation: Activation) throws(EvaluationError) -> CELValue { .bool(try bool(activation)) }

    override func bool(_ activation: Activation) throws(EvaluationError) -> Bool {
        let first = try left.bool(activation)
        return try (first == right.bool(activation)) != isNegated
    }
}

final class TextEqualityNode: EqualityNode {
    override func evaluate(_ activation: Activation) throws(EvaluationError) -> CELValue { .bool(try bool(activation)) }

    override func bool(_ activation: Activation) throws(EvaluationError) -> Bool {
        let first = try left.string(activation)
        return try sameText(first, right.string(activation)) != isNegated
    }
}

/// A variable with a constant text, compared in place.
final class SlotTextEqualityNode: Node {
    private let isNegated: Bool
    private let slot: SlotNode
    private let place: Int
    private let constant: String

    init(_ slot: SlotNode, _ constant: ConstantNode, isNegated: Bool, at location: SourceLocation) {
        self.isNegated = isNegated
        self.slot = slot
        place = slot.slot
        if case .string(let text) = constant.value { self.constant = text } else { self.constant = "" }
        super.init(at: location)
    }

    override func evaluate(_ activation: Activation) throws(EvaluationError) -> CELValue { .bool(try bool(activation)) }

    override func bool(_ activation: Activation) throws(EvaluationError) -> Bool {
        guard case .string(let text)? = activation.slots[place] else { throw slot.wrong(activation, "string") }
        return sameText(text, constant) != isNegated
    }
}

/// Two variables with texts, compared in place.
final class SlotsTextEqualityNode: Node {
    private let isNegated: Bool
    private let left: SlotNode
    private let right: SlotNode
    private let leftPlace: Int
    private let rightPlace: Int

    init(_ left: SlotNode, _ right: SlotNode, isNegated: Bool, at location: SourceLocation) {
        self.isNegated = isNegated
        self.left = left
        self.right = right
        leftPlace = left.slot
        rightPlace = right.slot
        super.init(at: location)
    }

    override func evaluate(_ activation: Activation) throws(EvaluationError) -> CELValue { .bool(try bool(activation)) }

    override func bool(_ activation: Activation) throws(EvaluationError) -> Bool {
        guard case .string(let first)? = activation.slots[leftPlace] else { throw left.wrong(activation, "string") }
        guard case .string(let second)? = activation.slots[rightPlace] else { throw right.wrong(activation, "string") }
        return sameText(first, second) != isNegated
    }
}
