/// Turns a checked expression into the nodes of a program.
struct Planner {
    enum Style {
        /// Operations on known types work on plain numbers and flags; what is constant is worked out now.
        case specialized
        /// General operations only.
        case general
        /// General operations, each of which records what it came to.
        case traced
    }

    let environment: Environment
    let style: Style
    private(set) var checked: CheckedExpression
    /// The named expression that is being planned; nil for the program's own.
    private var definition: String?
    /// Locals of named expressions have places of their own after those of the program.
    private(set) var localOffset = 0
    private var localTotal: Int
    private var definitions: [ObjectIdentifier: Node] = [:]

    static func plan(_ checked: CheckedExpression, in environment: Environment, style: Style) -> Plan {
        var planner = Planner(environment: environment, style: style, checked: checked, localTotal: checked.localCount)
        let root = planner.plan(checked.parsed.root)
        return Plan(root: root, localCount: planner.localTotal)
    }

    func location(of expression: Expression) -> SourceLocation { checked.parsed.source.location(at: expression.anchor) }

    func type(of expression: Expression) -> CELType { checked.type(of: expression) }

    mutating func plan(_ expression: Expression) -> Node {
        let node = build(expression)
        guard style == .traced else { return node }
        if case .literal = expression.kind { return node }
        return TraceNode(node, expression, source: checked.parsed.source, definition: definition)
    }

    mutating func plan(_ expressions: [Expression]) -> [Node] {
        var nodes: [Node] = []
        for expression in expressions { nodes.append(plan(expression)) }
        return nodes
    }

    private mutating func build(_ expression: Expression) -> Node {
        let location = location(of: expression)
        if let node = resolved(expression, at: location) { return node }
        switch expression.kind {
        case .literal(let value): return ConstantNode(value, at: location)
        case .identifier(let name, _):
            return FailureNode(EvaluationError(.unboundVariable, "undeclared reference to '\(name)'"), at: location)
        case .select(let operand, let field, let isOptional):
            return SelectNode(plan(operand), field: field, isOptional: isOptional, at: location)
        case .has(let operand, let field, _): return HasNode(plan(operand), field: field, at: location)
        case .index(let operand, let index, let isOptional):
            return IndexNode(plan(operand), plan(index), isOptional: isOptional, at: location)
        case .call(let name, let target, let arguments, _): return call(expression, name, target, arguments, at: location)
        case .unary(let unaryOperator, let operand): return unary(unaryOperator, operand, at: location)
        case .binary(let binaryOperator, let left, let right): return binary(binaryOperator, left, right, at: location)
        case .logical(let logicalOperator, let operands): return LogicalNode(logicalOperator, plan(operands), at: location)
        case .conditional(let condition, let yes, let no):
            return ConditionalNode(plan(condition), plan(yes), plan(no), at: location)
        case .list(let elements): return list(elements, at: location)
        case .map(let entries): return map(entries, at: location)
        case .record(let name, _):
            return FailureNode(EvaluationError(.noMatchingOverload, "'\(name)' is not a type that an expression can make"), at: location)
        case .comprehension(let comprehension): return self.comprehension(expression, comprehension, at: location)
        case .bind(_, let value, let body): return bind(expression, [value], body, at: location)
        case .block(let values, let body): return bind(expression, values, body, at: location)
        case .optionalMap(let operand, _, let body, let isFlat):
            return OptionalMapNode(
                plan(operand), local: firstLocal(of: expression), body: plan(body), isFlat: isFlat, at: location)
        }
    }

    // MARK: Names

    /// The node of an expression that stands for a name; nil for anything else.
    private mutating func resolved(_ expression: Expression, at location: SourceLocation) -> Node? {
        switch checked.resolution(of: expression) {
        case .none, .scope, .function, .namespacedFunction: return nil
        case .failure(let error): return FailureNode(error, at: location)
        case .constant(let value): return ConstantNode(value, at: location)
        case .local(let index): return LocalNode(index: localOffset + index, at: location)
        case .definition(let definition): return node(of: definition, at: location)
        case .slot(let slot):
            return field(expression, SlotNode(slot: slot, path: environment.slots.leaves[slot].path, at: location), slots: [slot])
        case .record(let shape): return field(expression, RecordNode(shape, at: location), slots: shape.slots)
        }
    }

    /// A field of a record is read, tested with `has`, or selected as an optional.
    private func field(_ expression: Expression, _ value: Node, slots: [Int]) -> Node {
        switch expression.kind {
        case .has: SlotPresenceNode(slots: slots, at: value.location)
        case .select(_, _, optional: true):
            OptionalFieldNode(presence: SlotPresenceNode(slots: slots, at: value.location), value: value, at: value.location)
        default: value
        }
    }

    /// A named expression is planned once, however often it is used.
    private mutating func node(of definition: Definition, at location: SourceLocation) -> Node {
        if let body = definitions[definition.identity] { return DefinitionNode(definition, body: body, at: location) }
        let outer = (checked, self.definition, localOffset)
        let root = definition.expression.parsed.root
        checked = definition.expression
        self.definition = definition.name
        localOffset = localTotal
        localTotal += checked.localCount
        let body = plan(root)
        (checked, self.definition, localOffset) = outer
        definitions[definition.identity] = body
        return DefinitionNode(definition, body: body, at: location)
    }
}
