import CEL

/// What a fact of few values may be: kinds of devices, kinds of entities, attributes of identity and how they compare.
enum EnumeratedDomain: Hashable {
    case deviceKind, entityKind, adulthood, identityAttribute, identityComparison, authenticationMethod
    /// The words of a declared field.
    case declared(DeclaredField)

    /// The values, in an order for messages.
    func values(_ catalog: DeviceCatalog) -> [String] {
        switch self {
        case .deviceKind: catalog.kinds.map(\.id.rawValue)
        case .entityKind: EntityKind.allCases.map(\.rawValue)
        case .adulthood: Adulthood.allCases.map(\.rawValue)
        case .identityAttribute: IdentityAttribute.allCases.map(\.rawValue)
        case .identityComparison: IdentityComparison.allCases.map(\.rawValue)
        case .authenticationMethod: AuthenticationMethod.allCases.map(\.rawValue)
        case .declared(let field): field.type.words ?? []
        }
    }

    func contains(_ text: String, _ catalog: DeviceCatalog) -> Bool {
        switch self {
        // The kind of a device that is not among the owner's.
        case .deviceKind: text.isEmpty || catalog[DeviceKindID(rawValue: text)] != nil
        case .entityKind: EntityKind(rawValue: text) != nil
        case .adulthood: Adulthood(rawValue: text) != nil
        case .identityAttribute: IdentityAttribute(rawValue: text) != nil
        case .identityComparison: IdentityComparison(rawValue: text) != nil
        case .authenticationMethod: AuthenticationMethod(rawValue: text) != nil
        case .declared(let field): field.type.words?.contains(text) ?? true
        }
    }
}

extension FactField {
    /// The few values that the fact, or each element of it, may have; nil where they are not few.
    var domain: EnumeratedDomain? {
        switch self {
        case .requester(let field), .owner(let field):
            switch field {
            case .entityKind: .entityKind
            case .adult: .adulthood
            case .deviceKinds: .deviceKind
            case .id, .entity, .person, .registeredAt, .hasDevice, .highestLevel, .hasTemporaryDevice, .temporaryDevice: nil
            }
        case .device(let field):
            switch field {
            case .kind: .deviceKind
            case .id, .level, .shareable, .physical, .temporary, .activatedAt, .sharedWith: nil
            }
        case .identity(let field):
            switch field {
            case .mismatches, .missing: .identityAttribute
            case .dateOfBirth, .citizenship, .residence, .document, .socialSecurityNumber: .identityComparison
            case .identical, .contradicts, .usPerson: nil
            }
        case .declared(let field): field.type.words == nil ? nil : .declared(field)
        case .session(let field):
            switch field {
            case .methods: .authenticationMethod
            case .given, .level, .authenticatedAt: nil
            }
        case .consent, .request: nil
        }
    }
}

/// Finds texts that an expression compares with a fact of few values, and that the fact never has: a misspelt kind of device
/// switches off, without a word, the rule that names it.
///
/// It follows `==`, `!=`, `in`, indices of maps, macros over lists, named constants and variables. What looks at a part of a
/// text, as `startsWith` does, is free.
struct EnumeratedTexts {
    let catalog: DeviceCatalog
    let schema: FactSchema
    let constants: [String: CELValue]
    let definitions: [String: CheckedExpression]

    struct Finding {
        let text: String
        let domain: EnumeratedDomain
        /// The part of the expression that says so.
        let place: Expression
    }

    /// What is known of a name that a macro brings.
    private struct Local {
        var domain: EnumeratedDomain?
        var texts: [Spelled] = []
    }

    /// A text that is written in the policy, or one of the texts of a list.
    private struct Spelled {
        let text: String
        let place: Expression
    }

    private typealias Locals = [String: Local]

    func findings(in expression: Expression) -> [Finding] {
        var findings: [Finding] = []
        visit(expression, [:], &findings)
        return findings
    }

    private func visit(_ expression: Expression, _ locals: Locals, _ findings: inout [Finding]) {
        switch expression.kind {
        case .binary(.equal, let left, let right), .binary(.notEqual, let left, let right), .binary(.in, let left, let right),
            .index(let right, let left, _):
            compare(left, right, locals, &findings)
            compare(right, left, locals, &findings)
        default: break
        }
        switch expression.kind {
        case .comprehension(let it):
            visit(it.range, locals, &findings)
            let inner = self.locals(of: it, locals)
            if let filter = it.filter { visit(filter, inner, &findings) }
            visit(it.body, inner, &findings)
        case .bind(let name, let value, let body), .optionalMap(let value, let name, let body, _):
            visit(value, locals, &findings)
            visit(body, locals.merging([name: local(value, locals)]) { $1 }, &findings)
        default:
            for child in expression.children { visit(child, locals, &findings) }
        }
    }

    private func compare(_ fact: Expression, _ other: Expression, _ locals: Locals, _ findings: inout [Finding]) {
        guard let domain = domain(of: fact, locals) else { return }
        for spelled in texts(of: other, locals) where !domain.contains(spelled.text, catalog) {
            findings.append(Finding(text: spelled.text, domain: domain, place: spelled.place))
        }
    }

    // MARK: What an expression may be

    private func locals(of it: Comprehension, _ locals: Locals) -> Locals {
        let element = local(it.range, locals)
        // With two variables over a list the first is a number; of maps nothing is known but their keys.
        guard let second = it.second else { return locals.merging([it.variable: element]) { $1 } }
        return locals.merging([it.variable: Local(), second: element]) { $1 }
    }

    private func local(_ value: Expression, _ locals: Locals) -> Local {
        Local(domain: domain(of: value, locals), texts: texts(of: value, locals))
    }

    /// The few values that an expression, or each of its elements, may have.
    private func domain(of expression: Expression, _ locals: Locals) -> EnumeratedDomain? {
        switch expression.kind {
        case .identifier(let name, let isAbsolute):
            if !isAbsolute, let local = locals[name] { return local.domain }
            return definitions[name].flatMap { domain(of: $0.parsed.root, [:]) }
        case .select:
            guard let path = expression.path, locals[String(path.name.prefix { $0 != "." })] == nil || path.absolute else {
                return nil
            }
            return schema.byPath[path.name]?.domain
        case .index(let list, _, _): return domain(of: list, locals)
        case .conditional(_, let yes, let no): return domain(of: yes, locals) ?? domain(of: no, locals)
        case .binary(.add, let left, let right):
            guard isList(left) || isList(right) else { return nil }
            return domain(of: left, locals) ?? domain(of: right, locals)
        case .call(let name, let target, let arguments, _):
            guard let operand = unchanged(name, target, arguments) else { return nil }
            return domain(of: operand, locals)
        case .comprehension(let it):
            switch it.kind {
            case .filter: return domain(of: it.range, locals)
            case .map, .transformList: return domain(of: it.body, self.locals(of: it, locals))
            case .all, .exists, .existsOne, .transformMap, .transformMapEntry: return nil
            }
        case .bind(let name, let value, let body):
            return domain(of: body, locals.merging([name: local(value, locals)]) { $1 })
        case .literal, .has, .unary, .binary, .logical, .list, .map, .record, .optionalMap, .block: return nil
        }
    }

    /// The texts that are written for an expression, of a list or the keys of a map each.
    private func texts(of expression: Expression, _ locals: Locals) -> [Spelled] {
        switch expression.kind {
        case .literal(.string(let text)): return [Spelled(text: text, place: expression)]
        case .identifier(let name, let isAbsolute):
            if !isAbsolute, let local = locals[name] { return local.texts }
            let found =
                constants[name].map { Self.texts(in: $0) }
                ?? definitions[name].map { texts(of: $0.parsed.root, [:]).map(\.text) } ?? []
            return found.map { Spelled(text: $0, place: expression) }
        case .list(let elements): return elements.flatMap { texts(of: $0.value, locals) }
        case .map(let entries): return entries.flatMap { texts(of: $0.key, locals) }
        case .conditional(_, let yes, let no): return texts(of: yes, locals) + texts(of: no, locals)
        case .binary(.add, let left, let right):
            guard isList(left) || isList(right) else { return [] }
            return texts(of: left, locals) + texts(of: right, locals)
        case .call(let name, let target, let arguments, _):
            guard target == nil, let operand = unchanged(name, target, arguments) else { return [] }
            return texts(of: operand, locals)
        case .comprehension(let it) where it.kind == .filter: return texts(of: it.range, locals)
        case .bind(let name, let value, let body):
            return texts(of: body, locals.merging([name: local(value, locals)]) { $1 })
        case .literal, .select, .has, .index, .unary, .binary, .logical, .record, .comprehension, .optionalMap, .block: return []
        }
    }

    private static func texts(in constant: CELValue) -> [String] {
        switch constant {
        case .string(let text): [text]
        case .list(let elements): elements.flatMap(texts)
        case .map(let map): map.entries.flatMap { texts(in: $0.key) }
        default: []
        }
    }

    /// Whether `+` on it joins lists, where texts would be joined to another text.
    private func isList(_ expression: Expression) -> Bool {
        switch expression.kind {
        case .list, .comprehension: return true
        case .identifier(let name, _):
            if case .list? = constants[name] { return true }
            return definitions[name].map { isList($0.parsed.root) } ?? false
        case .select:
            guard let path = expression.path?.name, let field = schema.byPath[path] else { return false }
            if case .list = field.type { return true }
            return false
        case .binary(.add, let left, let right): return isList(left) || isList(right)
        default: return false
        }
    }

    /// The operand of a call that leaves a value of a domain what it is.
    private func unchanged(_ name: String, _ target: Expression?, _ arguments: [Expression]) -> Expression? {
        if target == nil, arguments.count == 1, name == "dyn" || name == "string" { return arguments[0] }
        if let target, arguments.isEmpty, name == "lowerAscii" || name == "trim" { return target }
        return nil
    }
}
