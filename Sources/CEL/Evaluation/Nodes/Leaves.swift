final class ConstantNode: Node {
    let value: CELValue

    init(_ value: CELValue, at location: SourceLocation) {
        self.value = value
        super.init(at: location)
    }

    override func evaluate(_ activation: Activation) throws(EvaluationError) -> CELValue { value }

    override func bool(_ activation: Activation) throws(EvaluationError) -> Bool {
        guard case .bool(let flag) = value else { throw mismatch(value, "bool") }
        return flag
    }

    override func int(_ activation: Activation) throws(EvaluationError) -> Int64 {
        guard case .int(let number) = value else { throw mismatch(value, "int") }
        return number
    }

    override func double(_ activation: Activation) throws(EvaluationError) -> Double {
        guard case .double(let number) = value else { throw mismatch(value, "double") }
        return number
    }

    override func timestamp(_ activation: Activation) throws(EvaluationError) -> CELTimestamp {
        guard case .timestamp(let moment) = value else { throw mismatch(value, "timestamp") }
        return moment
    }

    override func duration(_ activation: Activation) throws(EvaluationError) -> CELDuration {
        guard case .duration(let span) = value else { throw mismatch(value, "duration") }
        return span
    }
}

/// Where evaluation fails whatever the values are.
final class FailureNode: Node {
    private let error: EvaluationError

    init(_ error: EvaluationError, at location: SourceLocation) {
        self.error = error.located(at: location)
        super.init(at: location)
    }

    override func evaluate(_ activation: Activation) throws(EvaluationError) -> CELValue { throw error }
}

/// A variable, or a leaf field of one of record type.
final class SlotNode: Node {
    let slot: Int
    private let path: String

    init(slot: Int, path: String, at location: SourceLocation) {
        self.slot = slot
        self.path = path
        super.init(at: location)
    }

    override func evaluate(_ activation: Activation) throws(EvaluationError) -> CELValue {
        guard let value = activation.slots[slot] else { throw unbound() }
        return value
    }

    override func bool(_ activation: Activation) throws(EvaluationError) -> Bool {
        guard case .bool(let flag)? = activation.slots[slot] else { throw wrong(activation, "bool") }
        return flag
    }

    override func int(_ activation: Activation) throws(EvaluationError) -> Int64 {
        guard case .int(let number)? = activation.slots[slot] else { throw wrong(activation, "int") }
        return number
    }

    override func double(_ activation: Activation) throws(EvaluationError) -> Double {
        guard case .double(let number)? = activation.slots[slot] else { throw wrong(activation, "double") }
        return number
    }

    override func timestamp(_ activation: Activation) throws(EvaluationError) -> CELTimestamp {
        guard case .timestamp(let moment)? = activation.slots[slot] else { throw wrong(activation, "timestamp") }
        return moment
    }

    override func duration(_ activation: Activation) throws(EvaluationError) -> CELDuration {
        guard case .duration(let span)? = activation.slots[slot] else { throw wrong(activation, "duration") }
        return span
    }

    override func string(_ activation: Activation) throws(EvaluationError) -> String {
        guard case .string(let text)? = activation.slots[slot] else { throw wrong(activation, "string") }
        return text
    }

    func wrong(_ activation: Activation, _ wanted: String) -> EvaluationError {
        activation.slots[slot].map { mismatch($0, wanted) } ?? unbound()
    }

    private func unbound() -> EvaluationError {
        EvaluationError(.unboundVariable, "'\(path)' has no value").located(at: location)
    }
}

/// Whether a variable or leaf field has a value: `has(e.f)`, and with the value `e.?f`.
final class SlotPresenceNode: Node {
    private let slots: [Int]

    init(slots: [Int], at location: SourceLocation) {
        self.slots = slots
        super.init(at: location)
    }

    override func bool(_ activation: Activation) throws(EvaluationError) -> Bool {
        slots.contains { activation.slots[$0] != nil }
    }

    override func evaluate(_ activation: Activation) throws(EvaluationError) -> CELValue { .bool(try bool(activation)) }
}

/// A whole record as a map of the fields that have values.
final class RecordNode: Node {
    private let shape: RecordShape

    init(_ shape: RecordShape, at location: SourceLocation) {
        self.shape = shape
        super.init(at: location)
    }

    override func evaluate(_ activation: Activation) throws(EvaluationError) -> CELValue {
        .map(try map(shape, activation))
    }

    private func map(_ shape: RecordShape, _ activation: Activation) throws(EvaluationError) -> CELMap {
        var map = CELMap(reservingCapacity: shape.members.count)
        for (field, member) in zip(shape.type.fields, shape.members) {
            switch member {
            case .leaf(let slot, _):
                if let value = activation.slots[slot] { try map.add(value, for: .string(field.name)) }
            case .record(let inner):
                let members = try self.map(inner, activation)
                if !members.isEmpty { try map.add(.map(members), for: .string(field.name)) }
            }
        }
        return map
    }
}

/// `e.?f` of a record: present where the field has a value.
final class OptionalFieldNode: Node {
    private let presence: Node
    private let value: Node

    init(presence: Node, value: Node, at location: SourceLocation) {
        self.presence = presence
        self.value = value
        super.init(at: location)
    }

    override func evaluate(_ activation: Activation) throws(EvaluationError) -> CELValue {
        .optional(try presence.bool(activation) ? CELOptional(value.evaluate(activation)) : .none)
    }
}

/// A variable of a macro.
final class LocalNode: Node {
    private let index: Int

    init(index: Int, at location: SourceLocation) {
        self.index = index
        super.init(at: location)
    }

    override func evaluate(_ activation: Activation) throws(EvaluationError) -> CELValue {
        switch activation.locals[index] {
        case .value(let value): return value
        case .failure(let error): throw error
        }
    }
}

/// An expression with a name: evaluated once, remembered in the activation until a variable changes.
final class DefinitionNode: Node {
    private let definition: Definition
    private let body: Node

    init(_ definition: Definition, body: Node, at location: SourceLocation) {
        self.definition = definition
        self.body = body
        super.init(at: location)
    }

    override func evaluate(_ activation: Activation) throws(EvaluationError) -> CELValue {
        switch outcome(activation) {
        case .value(let value): return value
        case .failure(let error): throw error.within(definition.name, at: location)
        }
    }

    override func bool(_ activation: Activation) throws(EvaluationError) -> Bool {
        switch outcome(activation) {
        case .value(.bool(let flag)): return flag
        case .value(let value): throw mismatch(value, "bool")
        case .failure(let error): throw error.within(definition.name, at: location)
        }
    }

    private func outcome(_ activation: Activation) -> Activation.Outcome {
        if let known = activation.outcome(of: definition) { return known }
        let outcome: Activation.Outcome
        do throws(EvaluationError) {
            outcome = .value(try body.evaluate(activation))
        } catch {
            outcome = .failure(error)
        }
        activation.remember(outcome, of: definition)
        return outcome
    }
}
