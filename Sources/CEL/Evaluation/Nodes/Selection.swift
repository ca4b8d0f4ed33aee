/// `e.f` of a map or of an optional one.
final class SelectNode: Node {
    private let operand: Node
    private let field: String
    private let isOptional: Bool

    init(_ operand: Node, field: String, isOptional: Bool, at location: SourceLocation) {
        self.operand = operand
        self.field = field
        self.isOptional = isOptional
        super.init(at: location)
    }

    override func evaluate(_ activation: Activation) throws(EvaluationError) -> CELValue {
        let value = try operand.evaluate(activation)
        switch value {
        case .map(let map):
            if isOptional { return .optional(map[field].map { CELOptional($0) } ?? .none) }
            guard let found = map[field] else { throw absent() }
            return found
        case .optional(let optional):
            guard let present = optional.value else { return value }
            guard case .map(let map) = present else { throw mismatch(present, "a map with the field '\(field)'") }
            return .optional(map[field].map { CELOptional($0) } ?? .none)
        default:
            throw mismatch(value, "a map with the field '\(field)'")
        }
    }

    private func absent() -> EvaluationError { EvaluationError(.noSuchKey, "no such key: '\(field)'").located(at: location) }
}

/// `has(e.f)`.
final class HasNode: Node {
    private let operand: Node
    private let field: String

    init(_ operand: Node, field: String, at location: SourceLocation) {
        self.operand = operand
        self.field = field
        super.init(at: location)
    }

    override func evaluate(_ activation: Activation) throws(EvaluationError) -> CELValue { .bool(try bool(activation)) }

    override func bool(_ activation: Activation) throws(EvaluationError) -> Bool {
        var value = try operand.evaluate(activation)
        if case .optional(let optional) = value {
            guard let present = optional.value else { return false }
            value = present
        }
        guard case .map(let map) = value else { throw mismatch(value, "a map with the field '\(field)'") }
        return map[field] != nil
    }
}

/// `e[i]` of a list or map, or of an optional one.
final class IndexNode: Node {
    private let operand: Node
    private let index: Node
    private let isOptional: Bool

    init(_ operand: Node, _ index: Node, isOptional: Bool, at location: SourceLocation) {
        self.operand = operand
        self.index = index
        self.isOptional = isOptional
        super.init(at: location)
    }

    override func evaluate(_ activation: Activation) throws(EvaluationError) -> CELValue {
        let value = try operand.evaluate(activation)
        let key = try index.evaluate(activation)
        do {
            guard case .optional(let optional) = value else {
                guard isOptional else { return try Self.element(of: value, key) }
                return .optional(CELOptional(try Self.elementIfPresent(of: value, key)))
            }
            guard let present = optional.value else { return value }
            return .optional(CELOptional(try Self.elementIfPresent(of: present, key)))
        } catch {
            throw error.located(at: location)
        }
    }

    private static func element(of value: CELValue, _ key: CELValue) throws(EvaluationError) -> CELValue {
        if let found = try elementIfPresent(of: value, key) { return found }
        if case .map = value { throw EvaluationError(.noSuchKey, "no such key: \(key.brief)") }
        throw EvaluationError(.indexOutOfRange, "index \(key.brief) is out of range")
    }

    private static func elementIfPresent(of value: CELValue, _ key: CELValue) throws(EvaluationError) -> CELValue? {
        switch value {
        case .list(let elements):
            guard let position = wholeNumber(key) else {
                throw EvaluationError(.invalidArgument, "the index of a list must be an int, not \(key.brief)")
            }
            return elements.indices.contains(position) ? elements[position] : nil
        case .map(let map):
            return map[key]
        default:
            throw EvaluationError.noOverload("_[_]", value, key)
        }
    }

    /// An index may be any number that is whole.
    private static func wholeNumber(_ key: CELValue) -> Int? {
        switch key {
        case .int(let number): Int(exactly: number)
        case .uint(let number): Int(exactly: number)
        case .double(let number): Int(exactly: number)
        default: nil
        }
    }
}
