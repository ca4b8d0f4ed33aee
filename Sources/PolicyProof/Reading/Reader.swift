import CEL
import EligibilityPolicy

/// Evaluates expressions of a policy on what a path assumes, as the evaluator of expressions would on facts that satisfy it.
///
/// Asks for what it needs to know, by a ``Split``, and only for that. What it does not understand becomes an opaque value; a
/// condition on such a value is chosen freely, failure included.
struct Reader {
    let world: World
    let path: Path
    /// The place of the policy in the world.
    let policy: Int
    /// Values of the policy's variables, each worked out once.
    let memory = Memory()

    final class Memory {
        var variables: [String: Value] = [:]
        /// What nests deeper than the thread's stack allows is not understood.
        let stack = StackGuard()
    }

    /// Local names of an expression: what comprehensions and `cel.bind` bring into it.
    typealias Scope = [(name: String, value: Value)]

    static func scope(_ outer: Scope, adding name: String, _ value: Value) -> Scope {
        var scope = outer
        scope.append((name: name, value: value))
        return scope
    }

    func truth(of expression: Expression, _ scope: Scope = []) throws(Split) -> Truth {
        try truth(of: try value(of: expression, scope))
    }

    func truth(of value: Value) throws(Split) -> Truth {
        switch value {
        case .known(.bool(let flag)): return Truth(flag)
        case .failure: return .failure
        case .opaque(let key):
            let place = try path.value(of: .opaque(key), among: Truth.allCases.count) { $0 }
            return Truth(rawValue: place) ?? .failure
        // The checker lets only conditions be here.
        case .known, .integer, .span, .moment, .real, .text, .size, .level, .bag, .list: return .failure
        }
    }

    func value(of expression: Expression, _ scope: Scope) throws(Split) -> Value {
        world.steps += 1
        guard world.steps <= world.maximumSteps else { throw .exhausted }
        guard !memory.stack.isExhausted else { return opaque(expression, scope) }
        switch expression.kind {
        case .literal(let literal): return .known(literal)
        case .identifier(let name, _):
            if let local = scope.last(where: { $0.name == name }) { return local.value }
            return try named(name) ?? opaque(expression, scope)
        case .select(_, _, optional: false):
            guard let path = expression.path?.name, let field = fields[path],
                !scope.contains(where: { path.hasPrefix($0.name + ".") })
            else { return opaque(expression, scope) }
            return try fact(field)
        case .has(let operand, let field, _):
            // Every fact has a value.
            guard let record = operand.path?.name, fields[record + "." + field] != nil,
                !scope.contains(where: { $0.name == record })
            else { return opaque(expression, scope) }
            return .known(.bool(true))
        case .unary(.not, let operand):
            switch try truth(of: operand, scope) {
            case .no: return .known(.bool(true))
            case .yes: return .known(.bool(false))
            case .failure: return .failure
            }
        case .unary(.negate, let operand):
            return try arithmetic(.subtract, .known(.int(0)), try value(of: operand, scope)) ?? opaque(expression, scope)
        case .logical(let logical, let operands): return try self.logical(logical, operands, scope)
        case .conditional(let condition, let yes, let no):
            switch try truth(of: condition, scope) {
            case .yes: return try value(of: yes, scope)
            case .no: return try value(of: no, scope)
            case .failure: return .failure
            }
        case .binary(let binary, let left, let right):
            let (one, other) = (try value(of: left, scope), try value(of: right, scope))
            if case .failure = one { return .failure }
            if case .failure = other { return .failure }
            return try self.binary(binary, one, other) ?? opaque(expression, scope)
        case .list(let elements): return try list(elements, scope) ?? opaque(expression, scope)
        case .call(let name, let target, let arguments, _):
            return try call(name, target, arguments, scope) ?? opaque(expression, scope)
        case .comprehension(let comprehension): return try self.comprehension(comprehension, scope) ?? opaque(expression, scope)
        case .bind(let name, let bound, let body):
            return try value(of: body, Self.scope(scope, adding: name, try value(of: bound, scope)))
        case .select, .index, .map, .record, .optionalMap, .block: return opaque(expression, scope)
        }
    }

    var fields: [String: FactField] { world.policies[policy].schema.byPath }

    private func named(_ name: String) throws(Split) -> Value? {
        if let constant = world.policies[policy].constantValues[name] { return .known(constant) }
        if let known = memory.variables[name] { return known }
        guard let variable = world.policies[policy].variableExpressions[name] else { return nil }
        let value = try value(of: variable.parsed.root, [])
        memory.variables[name] = value
        return value
    }

    /// One operand that decides the result absorbs the failures of the others.
    private func logical(_ logical: LogicalOperator, _ operands: [Expression], _ scope: Scope) throws(Split) -> Value {
        var hasFailed = false
        for operand in operands {
            switch try truth(of: operand, scope) {
            case .no: if logical == .and { return .known(.bool(false)) }
            case .yes: if logical == .or { return .known(.bool(true)) }
            case .failure: hasFailed = true
            }
        }
        return hasFailed ? .failure : .known(.bool(logical == .and))
    }

    private func list(_ elements: [Expression.ListElement], _ scope: Scope) throws(Split) -> Value? {
        var values: [Value] = []
        for element in elements {
            guard !element.isOptional else { return nil }
            let value = try value(of: element.value, scope)
            if case .failure = value { return .failure }
            // It may fail, and the list with it.
            if case .opaque = value { return nil }
            values.append(value)
        }
        let known = values.compactMap { if case .known(let value) = $0 { value } else { nil } }
        return known.count == values.count ? .known(.list(known)) : .list(values)
    }
}
