import CEL
import EligibilityPolicy

/// What the translation needs to know of facts and of nodes.
enum SMTFact {
    /// Whether a policy's catalogue has a say in it.
    static func isDerived(_ field: FactField) -> Bool {
        switch field {
        case .requester(let field), .owner(let field):
            switch field {
            case .hasDevice, .highestLevel, .hasTemporaryDevice, .temporaryDevice: true
            case .id, .entity, .entityKind, .registeredAt, .deviceKinds: false
            }
        case .device(let field):
            switch field {
            case .level, .shareable, .physical, .temporary: true
            case .id, .kind, .activatedAt, .sharedWith: false
            }
        case .request(let field):
            switch field {
            case .highestLevel, .recommendedDevice: true
            case .submittedAt, .decidedAt: false
            }
        case .identity, .consent: false
        }
    }

    /// What a node is, apart from the nodes below it.
    static func head(of node: Expression) -> String {
        switch node.kind {
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
