/// A list literal; an element with `?` is left out where its optional is absent.
final class ListNode: Node {
    private let elements: [(node: Node, isOptional: Bool)]

    init(_ elements: [(node: Node, isOptional: Bool)], at location: SourceLocation) {
        self.elements = elements
        super.init(at: location)
    }

    override func evaluate(_ activation: Activation) throws(EvaluationError) -> CELValue {
        var values: [CELValue] = []
        values.reserveCapacity(elements.count)
        for (node, isOptional) in elements {
            let value = try node.evaluate(activation)
            guard isOptional else {
                values.append(value)
                continue
            }
            guard case .optional(let optional) = value else { throw mismatch(value, "optional") }
            if let present = optional.value { values.append(present) }
        }
        return .list(values)
    }
}

/// A map literal; an entry with `?` is left out where its optional is absent.
final class MapNode: Node {
    private let entries: [(key: Node, value: Node, isOptional: Bool)]

    init(_ entries: [(key: Node, value: Node, isOptional: Bool)], at location: SourceLocation) {
        self.entries = entries
        super.init(at: location)
    }

    override func evaluate(_ activation: Activation) throws(EvaluationError) -> CELValue {
        var map = CELMap(reservingCapacity: entries.count)
        for entry in entries {
            let key = try entry.key.evaluate(activation)
            var value = try entry.value.evaluate(activation)
            if entry.isOptional {
                guard case .optional(let optional) = value else { throw mismatch(value, "optional") }
                guard let present = optional.value else { continue }
                value = present
            }
            do {
                try map.add(value, for: key)
            } catch {
                throw error.located(at: entry.key.location)
            }
        }
        return .map(map)
    }
}

extension CELMap {
    /// Inserts, with the error of the language where that cannot be.
    mutating func add(_ value: CELValue, for key: CELValue) throws(EvaluationError) {
        do {
            try insert(value, for: key)
        } catch {
            switch error {
            case .unsupportedKey: throw EvaluationError(.unsupportedKey, "a \(key.type) cannot be the key of a map")
            case .repeatedKey: throw EvaluationError(.repeatedKey, "the key \(key.brief) is repeated")
            }
        }
    }
}
