/// The macros: calls that are forms of the language rather than functions (langdef, "Macros").
extension Parser {
    /// The expanded form, or nil where the call is an ordinary one.
    mutating func expandMacro(
        _ name: String, target: Expression?, arguments: [Expression], from start: Int, anchor: Int
    ) throws(CELError) -> Expression? {
        guard expandsMacros else { return nil }
        guard let target else {
            return name == "has" && arguments.count == 1 ? try expandHas(arguments[0], from: start, anchor: anchor) : nil
        }
        // A variable may be called `cel` too: what is no macro of the namespace is one on the variable, or a call.
        if case .identifier("cel", absolute: false) = target.kind,
            let expanded = try expandNamespaced(name, arguments: arguments, from: start, anchor: anchor)
        {
            return expanded
        }
        if let isFlat = ["optMap": false, "optFlatMap": true][name], arguments.count == 2, libraries.contains(.optionals) {
            let variable = try variableName(arguments[0])
            let kind = Expression.Kind.optionalMap(target, name: variable, body: arguments[1], isFlat: isFlat)
            return try make(kind, over: [target, arguments[1]], from: start, anchor: anchor)
        }
        guard let shape = Self.comprehensions[name] else { return nil }
        let variables: Int
        if [shape.oneVariable, shape.oneVariableFiltered].contains(arguments.count) {
            variables = 1
        } else if [shape.twoVariables, shape.twoVariablesFiltered].contains(arguments.count) {
            variables = 2
        } else {
            return nil
        }
        if variables == 2, !libraries.contains(.twoVariableComprehensions) { return nil }
        let first = try variableName(arguments[0])
        let second = variables == 2 ? try variableName(arguments[1]) : nil
        if let second, second == first {
            throw failure("the two variables of '\(name)' need different names", at: arguments[1].range.lowerBound)
        }
        let parts = arguments[variables...]
        guard let body = parts.last else { return nil }
        let comprehension = Comprehension(
            kind: shape.kind, spelling: name, range: target, variable: first, second: second,
            filter: parts.count == 2 ? parts.first : nil, body: body)
        return try make(.comprehension(comprehension), over: [target] + parts, from: start, anchor: anchor)
    }

    /// How many arguments each form of a macro has; nil where it has no such form.
    private struct Shape {
        let kind: Comprehension.Kind
        var oneVariable: Int?
        var oneVariableFiltered: Int?
        var twoVariables: Int?
        var twoVariablesFiltered: Int?
    }

    private static let comprehensions: [String: Shape] = [
        "all": Shape(kind: .all, oneVariable: 2, twoVariables: 3),
        "exists": Shape(kind: .exists, oneVariable: 2, twoVariables: 3),
        "exists_one": Shape(kind: .existsOne, oneVariable: 2, twoVariables: 3),
        "existsOne": Shape(kind: .existsOne, oneVariable: 2, twoVariables: 3),
        "filter": Shape(kind: .filter, oneVariable: 2),
        "map": Shape(kind: .map, oneVariable: 2, oneVariableFiltered: 3),
        "transformList": Shape(kind: .transformList, twoVariables: 3, twoVariablesFiltered: 4),
        "transformMap": Shape(kind: .transformMap, twoVariables: 3, twoVariablesFiltered: 4),
        "transformMapEntry": Shape(kind: .transformMapEntry, twoVariables: 3, twoVariablesFiltered: 4),
    ]

    private mutating func expandHas(_ argument: Expression, from start: Int, anchor: Int) throws(CELError) -> Expression {
        guard case .select(let operand, let field, let isOptional) = argument.kind else {
            throw failure("'has' needs the selection of a field, as in has(e.f)", at: argument.range.lowerBound)
        }
        return try make(.has(operand, field: field, optional: isOptional), over: [operand], from: start, anchor: anchor)
    }

    private mutating func expandNamespaced(
        _ name: String, arguments: [Expression], from start: Int, anchor: Int
    ) throws(CELError) -> Expression? {
        switch (name, arguments.count) {
        case ("bind", 3) where libraries.contains(.bindings):
            let variable = try variableName(arguments[0])
            return try make(
                .bind(variable, arguments[1], arguments[2]), over: Array(arguments[1...]), from: start, anchor: anchor)
        case ("block", 2) where libraries.contains(.blocks):
            guard case .list(let elements) = arguments[0].kind, elements.allSatisfy({ !$0.isOptional }) else {
                throw failure("'cel.block' needs a list literal of expressions", at: arguments[0].range.lowerBound)
            }
            return try make(.block(elements.map(\.value), arguments[1]), over: arguments, from: start, anchor: anchor)
        case ("index", 1) where libraries.contains(.blocks):
            let index = try number(arguments[0])
            return try make(.identifier(BlockName.index(index), absolute: false), from: start, anchor: anchor)
        case ("iterVar", 2) where libraries.contains(.blocks):
            let (level, position) = (try number(arguments[0]), try number(arguments[1]))
            return try make(.identifier(BlockName.variable(level, position), absolute: false), from: start, anchor: anchor)
        default:
            return nil
        }
    }

    private func variableName(_ argument: Expression) throws(CELError) -> String {
        guard case .identifier(let name, false) = argument.kind else {
            throw failure("a simple name is needed here", at: argument.range.lowerBound)
        }
        return name
    }

    private func number(_ argument: Expression) throws(CELError) -> Int64 {
        guard case .literal(.int(let number)) = argument.kind, number >= 0 else {
            throw failure("a number that is not negative is needed here", at: argument.range.lowerBound)
        }
        return number
    }
}

/// The names that the parts of `cel.block` go by inside; no expression can spell them itself.
enum BlockName {
    static func index(_ number: Int64) -> String { "@index:\(number)" }
    static func variable(_ level: Int64, _ position: Int64) -> String { "@variable:\(level):\(position)" }

    /// The call that the name was written as; nil for other names.
    static func spelling(of name: String) -> String? {
        let parts = name.split(separator: ":")
        return switch parts.first {
        case "@index": "cel.index(\(parts[1]))"
        case "@variable": "cel.iterVar(\(parts[1]), \(parts[2]))"
        default: nil
        }
    }
}
