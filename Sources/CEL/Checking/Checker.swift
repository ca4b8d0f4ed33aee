/// Resolves the names of an expression and infers its types (langdef, "Gradual Type Checking").
///
/// In strict mode everything that is wrong is collected. In lenient mode every type is `dyn` and what cannot be
/// resolved becomes an error of evaluation.
struct Checker {
    let environment: Environment
    let source: SourceText
    let isStrict: Bool
    var unifier = Unifier()
    var scopes: [Local] = []
    private var localCount = 0
    private var types: [CELType]
    private var resolutions: [Resolution]
    private var diagnostics: [Diagnostic] = []
    private let stack = StackGuard()
    private var isTooDeep = false

    /// A variable of a macro.
    struct Local {
        let name: String
        let type: CELType
        let index: Int
    }

    static func check(_ parsed: ParsedExpression, in environment: Environment, isStrict: Bool) throws(CELError)
        -> CheckedExpression
    {
        var checker = Checker(parsed, environment: environment, isStrict: isStrict)
        let type = checker.check(parsed.root)
        if checker.isTooDeep {
            throw CELError([Diagnostic(.limitExceeded, StackGuard.message, at: parsed.root.anchor, in: parsed.source)])
        }
        guard checker.diagnostics.isEmpty else {
            throw CELError(checker.diagnostics.sorted { ($0.line, $0.column) < ($1.line, $1.column) })
        }
        var checked = CheckedExpression(
            parsed: parsed, resultType: checker.unifier.finalized(type), localCount: checker.localCount,
            types: checker.types.map(checker.unifier.finalized), resolutions: checker.resolutions)
        try CostEstimator.estimate(&checked, limits: environment.limits)
        return checked
    }

    private init(_ parsed: ParsedExpression, environment: Environment, isStrict: Bool) {
        self.environment = environment
        source = parsed.source
        self.isStrict = isStrict
        types = Array(repeating: .dyn, count: parsed.nodeCount)
        resolutions = Array(repeating: .none, count: parsed.nodeCount)
    }

    // MARK: Results

    mutating func report(_ code: Diagnostic.Code, _ message: String, suggestion: String? = nil, at offset: Int) {
        guard isStrict else { return }
        diagnostics.append(Diagnostic(code, message, suggestion: suggestion, at: offset, in: source))
    }

    func resolution(of expression: Expression) -> Resolution { resolutions[expression.id] }

    mutating func resolve(_ expression: Expression, to resolution: Resolution) {
        resolutions[expression.id] = resolution
    }

    /// Names the locals that a macro brings, with numbers of their own while it is checked.
    mutating func declare(_ name: String, _ type: CELType) -> Int {
        let index = (scopes.last?.index ?? -1) + 1
        scopes.append(Local(name: name, type: type, index: index))
        localCount = max(localCount, index + 1)
        return index
    }

    // MARK: Dispatch

    /// The type of an expression, with everything wrong below it reported. `dyn` for what could not be typed.
    mutating func check(_ expression: Expression) -> CELType {
        guard !stack.isExhausted else {
            isTooDeep = true
            return .dyn
        }
        let type = infer(expression)
        types[expression.id] = type
        return isStrict ? type : .dyn
    }

    private mutating func infer(_ expression: Expression) -> CELType {
        switch expression.kind {
        case .literal(let value): return value.type
        case .identifier(let name, let absolute): return identifier(name, absolute: absolute, expression)
        case .select(let operand, let field, let optional): return select(expression, operand, field, optional: optional)
        case .has(let operand, let field, let optional):
            let type = check(operand)
            resolveHas(expression, operand, field, type, optional: optional)
            return .bool
        case .index(let operand, let index, let optional): return self.index(expression, operand, index, optional: optional)
        case .call(let name, let target, let arguments, let absolute):
            return call(expression, name, target: target, arguments: arguments, absolute: absolute)
        case .unary(let unaryOperator, let operand):
            return operation(OperatorTable.functionName(of: unaryOperator), [operand], at: expression)
        case .binary(let binaryOperator, let left, let right):
            return operation(binaryOperator.functionName, [left, right], at: expression)
        case .logical(let logicalOperator, let operands):
            for operand in operands { expect(.bool, operand, "an operand of '\(logicalOperator.rawValue)'") }
            return .bool
        case .conditional(let condition, let yes, let no): return conditional(condition, yes, no)
        case .list(let elements): return list(elements)
        case .map(let entries): return map(entries)
        case .record(let name, let fields): return record(expression, name, fields)
        case .comprehension(let comprehension): return self.comprehension(expression, comprehension)
        case .bind(let name, let value, let body): return bind(expression, [(name, value)], body)
        case .block(let bindings, let body):
            return bind(expression, bindings.enumerated().map { (BlockName.index(Int64($0)), $1) }, body)
        case .optionalMap(let operand, let name, let body, let isFlat):
            return optionalMap(expression, operand, name, body, isFlat: isFlat)
        }
    }

    /// Checks a sub-expression that must have a type.
    mutating func expect(_ wanted: CELType, _ expression: Expression, _ role: String) {
        let found = check(expression)
        if !unifier.assign([found], to: [wanted]) {
            report(.typeMismatch, "\(role) must be \(wanted), not \(unifier.finalized(found))", at: expression.anchor)
        }
    }

    // MARK: Names

    private mutating func identifier(_ name: String, absolute: Bool, _ expression: Expression) -> CELType {
        if !absolute, let local = local(named: name) {
            resolve(expression, to: .local(local.index))
            return local.type
        }
        if let type = resolveGlobal(name, absolute: absolute, expression) { return type }
        // The literals of other languages, as `True` and `NULL`, are near to ours.
        let known = environment.globals.keys + scopes.map(\.name).filter { !$0.hasPrefix("@") } + ["true", "false", "null"]
        report(
            .undeclaredReference, "undeclared reference to '\(BlockName.spelling(of: name) ?? name)'",
            suggestion: nearestName(to: name, among: known).map { "did you mean '\($0)'?" }, at: expression.anchor)
        resolve(expression, to: .failure(EvaluationError(.unboundVariable, "undeclared reference to '\(name)'")))
        return .dyn
    }

    func local(named name: String) -> Local? { scopes.last { $0.name == name } }

    /// Whether the first name of a path is a local, which nothing outside can hide.
    private func isLocal(_ path: String) -> Bool {
        local(named: String(path.prefix { $0 != "." })) != nil
    }

    private mutating func resolveGlobal(_ name: String, absolute: Bool, _ expression: Expression) -> CELType? {
        for candidate in environment.candidates(for: name, absolute: absolute) {
            switch environment.globals[candidate] {
            case .variable(let slot, let type)?:
                resolve(expression, to: .slot(slot))
                return type
            case .record(let shape)?:
                resolve(expression, to: .record(shape))
                return .record(shape.type.name)
            case .constant(let value, let type)?:
                resolve(expression, to: .constant(value))
                return type
            case .definition(let definition)?:
                resolve(expression, to: .definition(definition))
                return definition.expression.resultType
            case nil: continue
            }
        }
        return nil
    }

    // MARK: Selection

    /// The longest part of a path that is a name wins over the selection of fields (langdef, "Name Resolution").
    private mutating func select(_ expression: Expression, _ operand: Expression, _ field: String, optional: Bool) -> CELType {
        if let path = expression.path, path.absolute || !isLocal(path.name),
            let type = resolveGlobal(path.name, absolute: path.absolute, expression)
        {
            return type
        }
        let operandType = check(operand)
        if case .record(let shape) = resolutions[operand.id] {
            switch shape.member(field) {
            case .leaf(let slot, let type)?:
                resolve(expression, to: .slot(slot))
                return optional ? .optional(type) : type
            case .record(let inner)?:
                resolve(expression, to: .record(inner))
                return optional ? .optional(.record(inner.type.name)) : .record(inner.type.name)
            case nil: break
            }
        }
        let type = fieldType(field, of: operandType, at: expression.anchor, whole: expression)
        return optional ? optionalized(type) : type
    }

    func optionalized(_ type: CELType) -> CELType {
        if case .optional = type { type } else { .optional(type) }
    }

    private mutating func fieldType(_ field: String, of type: CELType, at offset: Int, whole: Expression) -> CELType {
        switch unifier.resolve(type) {
        case .map(_, let value): return value
        case .optional(let wrapped): return optionalized(fieldType(field, of: wrapped, at: offset, whole: whole))
        case .dyn: return .dyn
        case .parameter(let name):
            _ = unifier.assign(.dyn, to: .parameter(name))
            return .dyn
        case .record(let name):
            let fields = environment.records[name]?.fields ?? []
            if let declared = fields.first(where: { $0.name == field }) { return declared.type }
            report(
                .undefinedField, "undefined field '\(field)' of \(name)",
                suggestion: nearestName(to: field, among: fields.map(\.name)).map { "did you mean '\($0)'?" }, at: offset)
            resolve(whole, to: .failure(EvaluationError(.noSuchField, "no such field '\(field)'")))
            return .dyn
        case let other:
            report(.typeMismatch, "a value of type \(unifier.finalized(other)) has no fields", at: offset)
            return .dyn
        }
    }

    private mutating func resolveHas(
        _ expression: Expression, _ operand: Expression, _ field: String, _ type: CELType, optional: Bool
    ) {
        if case .record(let shape) = resolutions[operand.id], let member = shape.member(field) {
            switch member {
            case .leaf(let slot, _): resolve(expression, to: .slot(slot))
            case .record(let inner): resolve(expression, to: .record(inner))
            }
            return
        }
        _ = fieldType(field, of: type, at: expression.anchor, whole: expression)
    }

    private mutating func index(_ expression: Expression, _ operand: Expression, _ index: Expression, optional: Bool) -> CELType {
        let (operandType, indexType) = (check(operand), check(index))
        let type = elementType(of: operandType, indexedBy: indexType, at: expression.anchor)
        return optional ? optionalized(type) : type
    }

    private mutating func elementType(of type: CELType, indexedBy index: CELType, at offset: Int) -> CELType {
        switch unifier.resolve(type) {
        case .list(let element):
            if !unifier.assign([index], to: [.int]) {
                report(.typeMismatch, "the index of a list must be int, not \(unifier.finalized(index))", at: offset)
            }
            return element
        case .map(let key, let value):
            if !unifier.assign([index], to: [key]) {
                report(.typeMismatch, "the key must be \(unifier.finalized(key)), not \(unifier.finalized(index))", at: offset)
            }
            return value
        case .optional(let wrapped): return optionalized(elementType(of: wrapped, indexedBy: index, at: offset))
        case .dyn: return .dyn
        case .parameter(let name):
            _ = unifier.assign(.dyn, to: .parameter(name))
            return .dyn
        case let other:
            report(.typeMismatch, "a value of type \(unifier.finalized(other)) cannot be indexed", at: offset)
            return .dyn
        }
    }
}
