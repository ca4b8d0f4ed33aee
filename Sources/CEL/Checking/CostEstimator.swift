/// Bounds the steps of the most expensive evaluation and the height of the tree of evaluation.
///
/// A step is an evaluated sub-expression, or 16 bytes or elements that a function reads or writes. Sizes that the
/// expression does not tell are assumed to be the limits' assumed size.
struct CostEstimator {
    /// What is known of a value before it is: how many elements or bytes it has at most, and what its elements are like.
    private indirect enum Extent {
        case scalar
        case sized(UInt64, element: Extent)

        var size: UInt64 { if case .sized(let size, _) = self { size } else { 1 } }
        var element: Extent { if case .sized(_, let element) = self { element } else { .scalar } }
    }

    private struct Estimate {
        var cost: UInt64
        var extent: Extent
        /// How deep the evaluation goes, and how deep the value is at most.
        var height: Int
    }

    private let checked: CheckedExpression
    private let assumedSize: UInt64
    private let stack = StackGuard()
    private var isTooDeep = false
    /// The locals in scope, by number.
    private var locals: [Int: Estimate] = [:]
    /// Of constants, by their names: one may be large, and be named often.
    private var constants: [String: Extent] = [:]

    static func estimate(_ checked: inout CheckedExpression, limits: Limits) throws(CELError) {
        var estimator = CostEstimator(checked: checked, assumedSize: limits.assumedSize)
        let root = checked.parsed.root
        let result = estimator.estimate(root)
        guard !estimator.isTooDeep else { throw exceeded(StackGuard.message, root, checked) }
        guard result.height <= limits.treeHeight else {
            throw exceeded(
                "names that are defined by each other make the expression higher than \(limits.treeHeight) operations", root,
                checked)
        }
        // Each definition is evaluated once, however often it is used.
        let cost = checked.definitions.reduce(result.cost) { estimator.add($0, $1.expression.ownCost) }
        guard cost <= limits.worstCaseCost else {
            throw exceeded("the expression may take \(cost) steps; at most \(limits.worstCaseCost) are allowed", root, checked)
        }
        checked.ownCost = result.cost
        checked.worstCaseCost = cost
        checked.evaluationHeight = result.height
    }

    private static func exceeded(_ message: String, _ root: Expression, _ checked: CheckedExpression) -> CELError {
        CELError([Diagnostic(.limitExceeded, message, at: root.anchor, in: checked.parsed.source)])
    }

    private init(checked: CheckedExpression, assumedSize: UInt64) {
        self.checked = checked
        self.assumedSize = assumedSize
    }

    // MARK: Expressions

    private mutating func estimate(_ expression: Expression) -> Estimate {
        guard !stack.isExhausted else {
            isTooDeep = true
            return Estimate(cost: 1, extent: .scalar, height: 1)
        }
        if let known = named(expression) { return known }
        switch expression.kind {
        case .literal(let value): return Estimate(cost: 1, extent: extent(of: value), height: 1)
        case .comprehension(let comprehension): return self.comprehension(expression, comprehension)
        case .bind(_, let value, let body): return bind(expression, [value], body)
        case .block(let values, let body): return bind(expression, values, body)
        case .optionalMap(let operand, _, let body, _): return bind(expression, [operand], body)
        default:
            var estimates: [Estimate] = []
            for child in namespaceRemoved(expression) { estimates.append(estimate(child)) }
            return operation(expression, estimates)
        }
    }

    /// What stands for a name; nil for anything else.
    private mutating func named(_ expression: Expression) -> Estimate? {
        switch checked.resolution(of: expression) {
        case .local(let number):
            guard let local = locals[number] else { return nil }
            return Estimate(cost: 1, extent: local.extent, height: local.height + 1)
        case .definition(let definition):
            let inner = definition.expression
            return Estimate(cost: 1, extent: assumed(inner.resultType), height: inner.evaluationHeight + 1)
        case .constant(let value): return Estimate(cost: 1, extent: constant(value, expression), height: 1)
        case .slot, .record: return Estimate(cost: 1, extent: assumed(checked.type(of: expression)), height: 1)
        default: return nil
        }
    }

    private mutating func constant(_ value: CELValue, _ expression: Expression) -> Extent {
        guard case .identifier(let name, _) = expression.kind else { return extent(of: value) }
        if let known = constants[name] { return known }
        let extent = extent(of: value)
        constants[name] = extent
        return extent
    }

    private func operation(_ expression: Expression, _ estimates: [Estimate]) -> Estimate {
        var total = Estimate(
            cost: 1, extent: assumed(checked.type(of: expression)), height: 1 + (estimates.map(\.height).max() ?? 0))
        for estimate in estimates { total.cost = add(total.cost, estimate.cost) }
        let largest = estimates.map(\.extent).max { $0.size < $1.size } ?? .scalar
        let together = estimates.reduce(UInt64(0)) { add($0, $1.extent.size) }
        switch expression.kind {
        case .conditional:
            total.cost = add(estimates[0].cost, add(max(estimates[1].cost, estimates[2].cost), 1))
            total.extent = estimates[1].extent.size >= estimates[2].extent.size ? estimates[1].extent : estimates[2].extent
        case .list: total.extent = .sized(UInt64(estimates.count), element: largest)
        case .map: total.extent = .sized(UInt64(estimates.count / 2), element: largest)
        case .select, .index: total.extent = estimates.first?.extent.element ?? .scalar
        case .binary(let binaryOperator, _, _):
            total.cost = add(total.cost, binaryOperator == .in ? multiply(together, largest.element.size) : together / 16)
            if binaryOperator == .add, case .sized = total.extent { total.extent = .sized(together, element: largest.element) }
        case .call(let name, _, _, _):
            total.cost = add(total.cost, callCost(name, estimates.map(\.extent)))
            if case .sized(_, let element) = total.extent { total.extent = .sized(multiply(together, 4), element: element) }
        default: break
        }
        return total
    }

    /// The operands; what looks like the receiver of a function with a qualified name is none.
    private func namespaceRemoved(_ expression: Expression) -> [Expression] {
        guard case .call(_, .some, let arguments, _) = expression.kind,
            case .namespacedFunction = checked.resolution(of: expression)
        else {
            return expression.children
        }
        return arguments
    }

    /// A regular expression follows up to as many states as its text has characters; other functions are linear.
    private func callCost(_ name: String, _ extents: [Extent]) -> UInt64 {
        if name == "matches", extents.count == 2 {
            return multiply(add(extents[0].size, 1), add(multiply(extents[1].size, 2), 1))
        }
        return extents.reduce(UInt64(0)) { add($0, add($1.size, $1.element.size)) }
    }

    // MARK: Names

    private mutating func bind(_ expression: Expression, _ values: [Expression], _ body: Expression) -> Estimate {
        guard case .scope(let first) = checked.resolution(of: expression) else {
            return Estimate(cost: .max, extent: .scalar, height: .max / 2)
        }
        var cost: UInt64 = 1
        var height = 0
        for (position, value) in values.enumerated() {
            let estimate = self.estimate(value)
            cost = add(cost, estimate.cost)
            height = max(height, estimate.height)
            locals[first + position] = estimate
        }
        let result = estimate(body)
        return Estimate(cost: add(cost, result.cost), extent: result.extent, height: max(height, result.height) + 1)
    }

    private mutating func comprehension(_ expression: Expression, _ it: Comprehension) -> Estimate {
        guard case .scope(let first) = checked.resolution(of: expression) else {
            return Estimate(cost: .max, extent: .scalar, height: .max / 2)
        }
        let range = estimate(it.range)
        locals[first] = Estimate(cost: 1, extent: range.extent.element, height: range.height)
        if it.second != nil { locals[first + 1] = locals[first] }
        var round = estimate(it.body)
        let body = round
        if let filter = it.filter {
            let condition = estimate(filter)
            round.cost = add(round.cost, condition.cost)
            round.height = max(round.height, condition.height)
        }
        let extent: Extent =
            switch it.kind {
            case .all, .exists, .existsOne: .scalar
            case .filter: .sized(range.extent.size, element: range.extent.element)
            case .map, .transformList, .transformMap: .sized(range.extent.size, element: body.extent)
            case .transformMapEntry: .sized(multiply(range.extent.size, body.extent.size), element: body.extent.element)
            }
        return Estimate(
            cost: add(add(range.cost, 1), multiply(range.extent.size, add(round.cost, 1))), extent: extent,
            height: max(range.height, round.height) + 1)
    }

    // MARK: Sizes

    private func extent(of value: CELValue) -> Extent {
        switch value {
        case .string(let text): .sized(UInt64(text.utf8.count), element: .scalar)
        case .bytes(let octets): .sized(UInt64(octets.count), element: .scalar)
        case .list(let elements):
            .sized(UInt64(elements.count), element: elements.map(extent).max { $0.size < $1.size } ?? .scalar)
        case .map(let map):
            .sized(UInt64(map.count), element: map.entries.map { extent(of: $0.value) }.max { $0.size < $1.size } ?? .scalar)
        case .optional(let optional): optional.value.map(extent) ?? .scalar
        default: .scalar
        }
    }

    private func assumed(_ type: CELType) -> Extent {
        switch type {
        case .string, .bytes: .sized(assumedSize, element: .scalar)
        case .list(let element): .sized(assumedSize, element: assumed(element))
        case .map(_, let value): .sized(assumedSize, element: assumed(value))
        case .optional(let wrapped): assumed(wrapped)
        case .dyn, .record, .parameter: .sized(assumedSize, element: .sized(assumedSize, element: .scalar))
        default: .scalar
        }
    }

    private func add(_ a: UInt64, _ b: UInt64) -> UInt64 {
        let (sum, overflow) = a.addingReportingOverflow(b)
        return overflow ? .max : sum
    }

    private func multiply(_ a: UInt64, _ b: UInt64) -> UInt64 {
        let (product, overflow) = a.multipliedReportingOverflow(by: b)
        return overflow ? .max : product
    }
}
