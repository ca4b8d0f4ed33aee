import CEL
import EligibilityPolicy

/// What is not understood: a free constant for each, the same for what says the same.
extension SMTTranslation {
    /// Two expressions that are spelt alike, with names that mean the same, are one free constant.
    func opaque(_ expression: Expression, _ place: Place) -> SMTValue {
        let number = meaning(of: expression, place)
        if texts[number] == nil { texts[number] = expression.sourceText }
        return single(.opaque(number))
    }

    /// One of its own: nothing is said of it.
    func tooMuch(_ expression: Expression) -> SMTValue {
        let number = number(of: "too much \(meanings.count)")
        texts[number] = "an expression that nests too deep or is too much work"
        return single(.opaque(number))
    }

    private func number(of spelling: String) -> Int {
        if let known = meanings[spelling] { return known }
        meanings[spelling] = meanings.count
        return meanings.count - 1
    }

    /// A number for what an expression says: of its node, and of the numbers of those below. One that binds a name of a fact, a
    /// constant or a variable is like no other: what the name says below it is not what it says elsewhere.
    private func meaning(of expression: Expression, _ place: Place) -> Int {
        steps += 1
        guard steps <= Self.maximumSteps, !stack.isExhausted else { return number(of: "too much \(meanings.count)") }
        if expression.boundNames.contains(where: { hides($0, place) }) { return number(of: "hiding \(meanings.count)") }
        if case .identifier(let name, _) = expression.kind {
            if let local = place.scope.last(where: { $0.name == name }) { return number(of: "local \(local.value.spelling)") }
            if let constant = world.policies[place.policy].constantValues[name] {
                return number(of: "literal \(constant.type) \(constant)")
            }
            if let variable = world.policies[place.policy].variableExpressions[name] {
                return meaning(of: variable.parsed.root, Place(policy: place.policy))
            }
            // What is derived of facts depends on the catalogue, and what is declared on the policy.
            let declared = world.policies[place.policy].schema.declared.filter { $0.record.rawValue == name }.map(\.meaning)
            return number(of: "name \(name) \(world.catalogs[place.policy]) \(declared)")
        }
        if let path = expression.path?.name, let field = fields(of: place.policy)[path], !isLocal(path, place) {
            if case .declared(let declared) = field { return number(of: "fact \(declared.meaning)") }
            return number(of: "fact \(path) \(field.isDerived ? world.catalogs[place.policy] : -1)")
        }
        let below = expression.children.map { meaning(of: $0, place) }
        return number(of: "\(expression.head) \(below)")
    }
}

extension SMTTranslation {
    /// Whether the first name of a path is bound where it is written.
    private func isLocal(_ path: String, _ place: Place) -> Bool {
        place.scope.contains { path.split(separator: ".").first == Substring($0.name) }
    }

    /// Whether a name that an expression binds is that of something else too.
    private func hides(_ name: String, _ place: Place) -> Bool {
        let policy = world.policies[place.policy]
        return fields(of: place.policy).keys.contains { $0.split(separator: ".").first.map(String.init) == name }
            || policy.constantValues[name] != nil || policy.variableExpressions[name] != nil
            || place.scope.contains { $0.name == name }
    }
}

extension Expression {
    /// The names that it binds for what is below it.
    fileprivate var boundNames: [String] {
        switch kind {
        case .comprehension(let it): [it.variable, it.second].compactMap(\.self)
        case .bind(let name, _, _), .optionalMap(_, let name, _, _): [name]
        case .literal, .identifier, .select, .has, .index, .call, .unary, .binary, .logical, .conditional, .list, .map, .record,
            .block:
            []
        }
    }
}
