/// Finds types for type parameters while an expression is checked.
struct Unifier {
    private var bindings: [Int: CELType] = [:]
    private var next = 0

    mutating func fresh() -> CELType {
        next += 1
        return .parameter(next)
    }

    /// The types with each of their parameters replaced by a fresh one.
    mutating func instantiate(_ types: [CELType]) -> [CELType] {
        var names: [Int: CELType] = [:]
        return types.map { instantiate($0, &names) }
    }

    private mutating func instantiate(_ type: CELType, _ names: inout [Int: CELType]) -> CELType {
        switch type {
        case .parameter(let name):
            if let known = names[name] { return known }
            let variable = fresh()
            names[name] = variable
            return variable
        case .list(let element): return .list(instantiate(element, &names))
        case .map(let key, let value): return .map(instantiate(key, &names), instantiate(value, &names))
        case .optional(let wrapped): return .optional(instantiate(wrapped, &names))
        case .type(let inner): return .type(instantiate(inner, &names))
        default: return type
        }
    }

    /// The type with what is known put in for parameters.
    func resolve(_ type: CELType) -> CELType {
        switch type {
        case .parameter(let name): bindings[name].map(resolve) ?? type
        case .list(let element): .list(resolve(element))
        case .map(let key, let value): .map(resolve(key), resolve(value))
        case .optional(let wrapped): .optional(resolve(wrapped))
        case .type(let inner): .type(resolve(inner))
        default: type
        }
    }

    /// The type with what is known put in, and `dyn` for what nothing constrains.
    func finalized(_ type: CELType) -> CELType { Self.withoutParameters(resolve(type)) }

    private static func withoutParameters(_ type: CELType) -> CELType {
        switch type {
        case .parameter: .dyn
        case .list(let element): .list(withoutParameters(element))
        case .map(let key, let value): .map(withoutParameters(key), withoutParameters(value))
        case .optional(let wrapped): .optional(withoutParameters(wrapped))
        case .type(let inner): .type(withoutParameters(inner))
        default: type
        }
    }

    /// Whether a value of each source fits its target; parameters are bound only where all do.
    mutating func assign(_ sources: [CELType], to targets: [CELType]) -> Bool {
        let saved = bindings
        for (source, target) in zip(sources, targets) where !assign(source, to: target) {
            bindings = saved
            return false
        }
        return true
    }

    mutating func assign(_ source: CELType, to target: CELType) -> Bool {
        switch (source, target) {
        case (.parameter(let a), .parameter(let b)) where a == b: return true
        case (.parameter(let name), _): return bind(name, with: target)
        case (_, .parameter(let name)): return bind(name, with: source)
        case (.dyn, _), (_, .dyn): return true
        case (.null, .timestamp), (.null, .duration), (.null, .record), (.null, .optional): return true
        case (.list(let a), .list(let b)), (.optional(let a), .optional(let b)): return assign(a, to: b)
        case (.map(let ak, let av), .map(let bk, let bv)): return assign(ak, to: bk) && assign(av, to: bv)
        case (.type, .type): return true
        default: return source == target
        }
    }

    private mutating func bind(_ name: Int, with type: CELType) -> Bool {
        if let known = bindings[name] {
            guard assign(type, to: known) else { return false }
            let general = mostGeneral(resolve(known), resolve(type))
            if !occurs(name, in: general) { bindings[name] = general }
            return true
        }
        let resolved = resolve(type)
        if resolved == .parameter(name) { return true }
        guard !occurs(name, in: resolved) else { return false }
        bindings[name] = resolved
        return true
    }

    private func occurs(_ name: Int, in type: CELType) -> Bool {
        switch resolve(type) {
        case .parameter(let other): name == other
        case .list(let element): occurs(name, in: element)
        case .map(let key, let value): occurs(name, in: key) || occurs(name, in: value)
        case .optional(let wrapped): occurs(name, in: wrapped)
        case .type(let inner): occurs(name, in: inner)
        default: false
        }
    }

    /// The type that holds the values of both, which fit each other.
    func mostGeneral(_ left: CELType, _ right: CELType) -> CELType {
        switch (left, right) {
        case (.dyn, _), (_, .dyn): .dyn
        case (.parameter, _): right
        case (_, .parameter): left
        case (.null, _): right
        case (.list(let a), .list(let b)): .list(mostGeneral(a, b))
        case (.optional(let a), .optional(let b)): .optional(mostGeneral(a, b))
        case (.map(let ak, let av), .map(let bk, let bv)): .map(mostGeneral(ak, bk), mostGeneral(av, bv))
        default: left
        }
    }

    /// The type of a collection that holds both: one that fits them or `dyn`.
    mutating func join(_ left: CELType?, _ right: CELType) -> CELType {
        guard let left else { return right }
        if assign([right], to: [left]) || assign([left], to: [right]) { return mostGeneral(resolve(left), resolve(right)) }
        return .dyn
    }
}
