import CEL

extension Expression {
    /// What a node is, apart from the nodes below it: two nodes that say the same differ in these at most.
    var head: String {
        switch kind {
        case .literal(let value): "literal \(value.type) \(value)"
        case .identifier(let name, let absolute): "name \(name) \(absolute)"
        case .select(_, let field, let optional): "select \(field) \(optional)"
        case .has(_, let field, let optional): "has \(field) \(optional)"
        case .index(_, _, let optional): "index \(optional)"
        case .call(let name, let target, let arguments, let absolute):
            "call \(name) \(target != nil) \(arguments.count) \(absolute)"
        case .unary(let operation, _): "unary \(operation.rawValue)"
        case .binary(let operation, _, _): "binary \(operation.rawValue)"
        case .logical(let operation, _): "logical \(operation.rawValue)"
        case .conditional: "conditional"
        case .list(let elements): "list \(elements.map(\.isOptional))"
        case .map(let entries): "map \(entries.map(\.isOptional))"
        case .record(let name, let fields): "record \(name) \(fields.map { "\($0.name) \($0.isOptional)" })"
        case .comprehension(let it): "macro \(it.kind.rawValue) \(it.variable) \(it.second ?? "-") \(it.filter != nil)"
        case .bind(let name, _, _): "bind \(name)"
        case .optionalMap(_, let name, _, let isFlat): "optional map \(name) \(isFlat)"
        case .block(let bindings, _): "block \(bindings.count)"
        }
    }
}
