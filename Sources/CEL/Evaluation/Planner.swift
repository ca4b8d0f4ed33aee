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
    /// Whether any node counts against the limits.
    var isMetered = false
    /// Those that the nodes made so far may read. A record that is only selected from is not read as a whole.
    private var slotsRead: Set<Int> = []
    private let stack = StackGuard()
    private var definitions: [ObjectIdentifier: Node] = [:]

    static func plan(_ checked: CheckedExpression, in environment: Environment, style: Style) -> Plan {
        var planner = Planner(environment: environment, style: style, checked: checked, localTotal: checked.localCount)
        planner.planDefinitions()
        let root = planner.plan(checked.parsed.root)
        return Plan(
            root: root, localCount: planner.localTotal, isMetered: planner.isMetered, slotsRead: planner.slotsRead.sorted(),
            checked: checked, environment: environment)
    }

    func location(of expression: Expression) -> SourceLocation { checked.parsed.source.location(at: expression.anchor) }

    func type(of expression: Expression) -> CELType { checked.type(of: expression) }

    mutating func plan(_ expression: Expression) -> Node {
        guard !stack.isExhausted else {
            return FailureNode(EvaluationError(.limitExceeded, StackGuard.message), at: location(of: expression))
        }
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
        case .logical(let logicalOperator, let operands): return logical(logicalOperator, plan(operands), at: location)
        case .conditional(let condition, let yes, let no):
            return ConditionalNode(plan(condition), plan(yes), plan(no), at: location)
        case .list(let elements): return list(elements, at: location)
        case .map(let entries): return map(entries, at: location)
        case .record(let name, _):
            return FailureNode(
                EvaluationError(.noMatchingOverload, "'\(name)' is not a type that an expression can make"), at: location)
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
        case .definition(let definition):
            return definitions[definition.identity].map { DefinitionNode(definition, body: $0, at: location) }
        case .slot(let slot):
            return field(expression, SlotNode(slot: slot, path: environment.slots.leaves[slot].path, at: location), slots: [slot])
        case .record(let shape): return field(expression, RecordNode(shape, at: location), slots: shape.slots)
        }
    }

    /// A field of a record is read, tested with `has`, or selected as an optional.
    private mutating func field(_ expression: Expression, _ value: Node, slots: [Int]) -> Node {
        slotsRead.formUnion(slots)
        return switch expression.kind {
        case .has: SlotPresenceNode(slots: slots, at: value.location)
        case .select(_, _, optional: true):
            OptionalFieldNode(presence: SlotPresenceNode(slots: slots, at: value.location), value: value, at: value.location)
        default: value
        }
    }

    /// Named expressions are planned once, however often they are used, and before those that use them, so that a long
    /// chain of them is no deep recursion.
    private mutating func planDefinitions() {
        let program = checked
        for definition in program.definitions {
            checked = definition.expression
            self.definition = definition.name
            localOffset = localTotal
            localTotal += checked.localCount
            definitions[definition.identity] = plan(definition.expression.parsed.root)
        }
        (checked, definition, localOffset) = (program, nil, 0)
    }
}
