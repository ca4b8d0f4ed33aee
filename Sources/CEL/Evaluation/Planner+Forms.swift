/// Literals of lists and maps, the macros and calls.
extension Planner {
    func firstLocal(of expression: Expression) -> Int {
        guard case .scope(let first) = checked.resolution(of: expression) else { return localOffset }
        return localOffset + first
    }

    mutating func list(_ elements: [Expression.ListElement], at location: SourceLocation) -> Node {
        let nodes = plan(elements.map(\.value))
        let node = ListNode(zip(nodes, elements).map { ($0, $1.isOptional) }, at: location)
        return folded(node, over: nodes)
    }

    mutating func map(_ entries: [Expression.MapEntry], at location: SourceLocation) -> Node {
        let (keys, values) = (plan(entries.map(\.key)), plan(entries.map(\.value)))
        let node = MapNode(entries.indices.map { (keys[$0], values[$0], entries[$0].isOptional) }, at: location)
        return folded(node, over: keys + values)
    }

    mutating func bind(_ expression: Expression, _ values: [Expression], _ body: Expression, at location: SourceLocation) -> Node
    {
        BindNode(firstLocal: firstLocal(of: expression), values: plan(values), body: plan(body), at: location)
    }

    mutating func comprehension(_ expression: Expression, _ it: Comprehension, at location: SourceLocation) -> Node {
        isMetered = true
        let range = plan(it.range)
        var filter: Node?
        if let condition = it.filter { filter = plan(condition) }
        let parts = ComprehensionNode.Parts(
            range: range, firstLocal: firstLocal(of: expression), hasSecond: it.second != nil, filter: filter,
            body: plan(it.body),
            weight: it.weight)
        return switch it.kind {
        case .all: QuantifierNode(parts, absorbing: false, at: location)
        case .exists: QuantifierNode(parts, absorbing: true, at: location)
        case .existsOne: ExistsOneNode(parts, at: location)
        case .filter: FilterNode(parts, at: location)
        case .map, .transformList: TransformListNode(parts, at: location)
        case .transformMap: TransformMapNode(parts, at: location)
        case .transformMapEntry: TransformEntryNode(parts, at: location)
        }
    }

    mutating func call(
        _ expression: Expression, _ name: String, _ target: Expression?, _ arguments: [Expression], at location: SourceLocation
    ) -> Node {
        let function: Function
        var operands = arguments
        var isMember = false
        switch checked.resolution(of: expression) {
        case .function(let found):
            function = found
            if let target {
                operands.insert(target, at: 0)
                isMember = true
            }
        case .namespacedFunction(let found): function = found
        default: return FailureNode(EvaluationError(.unboundFunction, "unbound function '\(name)'"), at: location)
        }
        let nodes = plan(operands)
        isMetered = true
        guard let implementation = function.implementation(isMember: isMember, count: nodes.count) else {
            return FailureNode(EvaluationError(.noMatchingOverload, "no matching overload for '\(name)'"), at: location)
        }
        if let node = special(function, isMember, nodes, at: location) { return folded(node, over: nodes) }
        let node: Node
        switch nodes.count {
        case 1:
            node = UnaryNode(nodes[0], at: location) { value, meter throws(EvaluationError) in
                try implementation.call(value, meter)
            }
        case 2:
            node = BinaryNode(nodes[0], nodes[1], at: location) { first, second, meter throws(EvaluationError) in
                try implementation.call(first, second, meter)
            }
        default:
            node = CallNode(nodes, at: location) { values, meter throws(EvaluationError) in try implementation.call(values, meter)
            }
        }
        return implementation.isPure ? folded(node, over: nodes) : node
    }

    /// A constant in place of an operation on constants, unless it fails: then it fails when it is evaluated.
    func folded(_ node: Node, over operands: [Node]) -> Node {
        guard style == .specialized, operands.allSatisfy({ $0 is ConstantNode }) else { return node }
        let activation = Activation(SlotLayout(), limits: environment.limits)
        do throws(EvaluationError) {
            return ConstantNode(try node.evaluate(activation), at: node.location)
        } catch {
            return node
        }
    }
}

extension Comprehension {
    /// Sub-expressions that one round may evaluate.
    var weight: Int {
        var count = 0
        body.walk { _ in count += 1 }
        filter?.walk { _ in count += 1 }
        return count
    }
}
