/// What a comprehension goes over: the elements of a list with their indexes, or the entries of a map.
enum ComprehensionRange {
    case list([CELValue])
    case map(CELMap)

    var count: Int {
        switch self {
        case .list(let elements): elements.count
        case .map(let map): map.count
        }
    }
}

/// What the macros over lists and maps have in common: the range, the variables and the condition.
class ComprehensionNode: Node {
    private let range: Node
    private let firstLocal: Int
    private let hasSecond: Bool
    final let filter: Node?
    final let body: Node
    /// Sub-expressions that one round may evaluate.
    private let weight: Int

    init(_ parts: Parts, at location: SourceLocation) {
        range = parts.range
        firstLocal = parts.firstLocal
        hasSecond = parts.hasSecond
        filter = parts.filter
        body = parts.body
        weight = parts.weight
        super.init(at: location)
    }

    struct Parts {
        let range: Node
        let firstLocal: Int
        let hasSecond: Bool
        let filter: Node?
        let body: Node
        let weight: Int
    }

    final func elements(_ activation: Activation) throws(EvaluationError) -> ComprehensionRange {
        switch try range.evaluate(activation) {
        case .list(let elements): return .list(elements)
        case .map(let map): return .map(map)
        case let other: throw range.mismatch(other, "a list or a map")
        }
    }

    /// Brings the variables of one round into being and returns the first of them.
    @discardableResult
    final func enter(_ position: Int, of range: ComprehensionRange, _ activation: Activation) throws(EvaluationError) -> CELValue
    {
        try activation.meter.chargeIteration(weight)
        let first: CELValue
        switch range {
        case .list(let elements):
            first = hasSecond ? .int(Int64(position)) : elements[position]
            if hasSecond { activation.locals[firstLocal + 1] = .value(elements[position]) }
        case .map(let map):
            first = map.entries[position].key
            if hasSecond { activation.locals[firstLocal + 1] = .value(map.entries[position].value) }
        }
        activation.locals[firstLocal] = .value(first)
        return first
    }

    final func isIncluded(_ activation: Activation) throws(EvaluationError) -> Bool { try filter?.bool(activation) ?? true }
}

/// `all` and `exists`: the first element that decides the result absorbs the errors of the others.
final class QuantifierNode: ComprehensionNode {
    private let absorbing: Bool

    init(_ parts: Parts, absorbing: Bool, at location: SourceLocation) {
        self.absorbing = absorbing
        super.init(parts, at: location)
    }

    override func evaluate(_ activation: Activation) throws(EvaluationError) -> CELValue { .bool(try bool(activation)) }

    override func bool(_ activation: Activation) throws(EvaluationError) -> Bool {
        let range = try elements(activation)
        var failure: EvaluationError?
        for position in 0..<range.count {
            try enter(position, of: range, activation)
            do {
                if try body.bool(activation) == absorbing { return absorbing }
            } catch {
                if error.code == .limitExceeded { throw error }
                failure = failure ?? error
            }
        }
        if let failure { throw failure }
        return !absorbing
    }
}

/// `exists_one`: every element counts, so an error is never absorbed.
final class ExistsOneNode: ComprehensionNode {
    override func evaluate(_ activation: Activation) throws(EvaluationError) -> CELValue {
        let range = try elements(activation)
        var count = 0
        for position in 0..<range.count {
            try enter(position, of: range, activation)
            if try body.bool(activation) { count += 1 }
        }
        return .bool(count == 1)
    }
}

/// `filter`: the elements, or keys, for which the predicate is true.
final class FilterNode: ComprehensionNode {
    override func evaluate(_ activation: Activation) throws(EvaluationError) -> CELValue {
        let range = try elements(activation)
        var kept: [CELValue] = []
        for position in 0..<range.count {
            let element = try enter(position, of: range, activation)
            if try body.bool(activation) { kept.append(element) }
        }
        return .list(kept)
    }
}

/// `map` and `transformList`.
final class TransformListNode: ComprehensionNode {
    override func evaluate(_ activation: Activation) throws(EvaluationError) -> CELValue {
        let range = try elements(activation)
        var results: [CELValue] = []
        for position in 0..<range.count {
            try enter(position, of: range, activation)
            if try isIncluded(activation) { results.append(try body.evaluate(activation)) }
        }
        return .list(results)
    }
}

/// `transformMap`: the keys, or indexes, with new values.
final class TransformMapNode: ComprehensionNode {
    override func evaluate(_ activation: Activation) throws(EvaluationError) -> CELValue {
        let range = try elements(activation)
        var map = CELMap()
        for position in 0..<range.count {
            let key = try enter(position, of: range, activation)
            guard try isIncluded(activation) else { continue }
            let value = try body.evaluate(activation)
            do {
                try map.add(value, for: key)
            } catch {
                throw error.located(at: location)
            }
        }
        return .map(map)
    }
}

/// `transformMapEntry`: each round gives a map whose entries join the result.
final class TransformEntryNode: ComprehensionNode {
    override func evaluate(_ activation: Activation) throws(EvaluationError) -> CELValue {
        let range = try elements(activation)
        var map = CELMap()
        for position in 0..<range.count {
            try enter(position, of: range, activation)
            guard try isIncluded(activation) else { continue }
            let made = try body.evaluate(activation)
            guard case .map(let additions) = made else { throw body.mismatch(made, "map") }
            do {
                try activation.meter.chargeCollection(map.count + additions.count)
                for entry in additions.entries { try map.add(entry.value, for: entry.key) }
            } catch {
                throw error.located(at: location)
            }
        }
        return .map(map)
    }
}
