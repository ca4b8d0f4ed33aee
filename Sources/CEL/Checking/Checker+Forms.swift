/// Literals of lists and maps, the conditional and the macros.
extension Checker {
    mutating func conditional(_ condition: Expression, _ yes: Expression, _ no: Expression) -> CELType {
        expect(.bool, condition, "the condition")
        let (yesType, noType) = (check(yes), check(no))
        guard unifier.assign([noType], to: [yesType]) || unifier.assign([yesType], to: [noType]) else {
            report(
                .typeMismatch,
                "both branches of a condition must have one type, not \(unifier.finalized(yesType)) and \(unifier.finalized(noType))",
                suggestion: "wrap them in dyn() if that is meant", at: no.anchor)
            return .dyn
        }
        return unifier.mostGeneral(unifier.resolve(yesType), unifier.resolve(noType))
    }

    mutating func list(_ elements: [Expression.ListElement]) -> CELType {
        var joined: CELType?
        for element in elements {
            let type = check(element.value)
            joined = unifier.join(joined, element.isOptional ? unwrapped(type, element.value) : type)
        }
        return .list(joined ?? unifier.fresh())
    }

    mutating func map(_ entries: [Expression.MapEntry]) -> CELType {
        var (keys, values): (CELType?, CELType?)
        for entry in entries {
            let key = check(entry.key)
            switch unifier.resolve(key) {
            case .int, .uint, .bool, .string, .dyn, .parameter: break
            case let other:
                report(
                    .typeMismatch, "the key of a map must be int, uint, bool or string, not \(unifier.finalized(other))",
                    at: entry.key.anchor)
            }
            keys = unifier.join(keys, key)
            let value = check(entry.value)
            values = unifier.join(values, entry.isOptional ? unwrapped(value, entry.value) : value)
        }
        return .map(keys ?? unifier.fresh(), values ?? unifier.fresh())
    }

    /// The type within an optional that is written with a question mark.
    private mutating func unwrapped(_ type: CELType, _ expression: Expression) -> CELType {
        let wrapped = unifier.fresh()
        guard unifier.assign([type], to: [.optional(wrapped)]) else {
            report(.typeMismatch, "an entry with '?' must be optional, not \(unifier.finalized(type))", at: expression.anchor)
            return .dyn
        }
        return wrapped
    }

    /// Records are made by the host; an expression can only read them.
    mutating func record(_ expression: Expression, _ name: String, _ fields: [Expression.FieldInitializer]) -> CELType {
        for field in fields { _ = check(field.value) }
        report(.undeclaredReference, "'\(name)' is not a type that an expression can make", at: expression.anchor)
        resolve(
            expression, to: .failure(EvaluationError(.noMatchingOverload, "'\(name)' is not a type that an expression can make")))
        return .dyn
    }

    mutating func comprehension(_ expression: Expression, _ it: Comprehension) -> CELType {
        let range = check(it.range)
        let (first, second) = variableTypes(of: range, it)
        let depth = scopes.count
        let index = declare(it.variable, first)
        if let name = it.second { _ = declare(name, second) }
        resolve(expression, to: .scope(firstLocal: index))
        defer { scopes.removeLast(scopes.count - depth) }
        if let filter = it.filter { expect(.bool, filter, "the condition of '\(it.spelling)'") }
        switch it.kind {
        case .all, .exists, .existsOne, .filter:
            expect(.bool, it.body, "the predicate of '\(it.spelling)'")
            return it.kind == .filter ? .list(first) : .bool
        case .map, .transformList:
            return .list(check(it.body))
        case .transformMap:
            return .map(first, check(it.body))
        case .transformMapEntry:
            let (key, value) = (unifier.fresh(), unifier.fresh())
            expect(.map(key, value), it.body, "the entry of '\(it.spelling)'")
            return .map(key, value)
        }
    }

    private mutating func variableTypes(of range: CELType, _ it: Comprehension) -> (CELType, CELType) {
        let hasTwo = it.second != nil
        switch unifier.resolve(range) {
        case .list(let element): return hasTwo ? (.int, element) : (element, .dyn)
        case .map(let key, let value): return (key, value)
        case .dyn: return (.dyn, .dyn)
        case .parameter(let name):
            _ = unifier.assign(.dyn, to: .parameter(name))
            return (.dyn, .dyn)
        case let other:
            report(.typeMismatch, "'\(it.spelling)' needs a list or a map, not \(unifier.finalized(other))", at: it.range.anchor)
            return (.dyn, .dyn)
        }
    }

    /// Each name sees those before it.
    mutating func bind(_ expression: Expression, _ bindings: [(name: String, value: Expression)], _ body: Expression) -> CELType {
        let depth = scopes.count
        defer { scopes.removeLast(scopes.count - depth) }
        resolve(expression, to: .scope(firstLocal: (scopes.last?.index ?? -1) + 1))
        // The values' own locals are numbered above all of these, which stay alive while a value is worked out.
        let reserved = bindings.indices.map { declare("@pending:\($0)", .dyn) }
        for (position, binding) in bindings.enumerated() {
            let type = check(binding.value)
            scopes[depth + position] = Local(name: binding.name, type: type, index: reserved[position])
        }
        return check(body)
    }

    mutating func optionalMap(_ expression: Expression, _ operand: Expression, _ name: String, _ body: Expression, isFlat: Bool)
        -> CELType
    {
        let wrapped = unifier.fresh()
        expect(.optional(wrapped), operand, "the receiver of '\(isFlat ? "optFlatMap" : "optMap")'")
        let depth = scopes.count
        defer { scopes.removeLast(scopes.count - depth) }
        resolve(expression, to: .scope(firstLocal: declare(name, wrapped)))
        guard isFlat else { return .optional(check(body)) }
        let result = unifier.fresh()
        expect(.optional(result), body, "the result of 'optFlatMap'")
        return .optional(result)
    }
}
