import CEL
import EligibilityPolicy

extension Reader {
    /// A value that is not understood. Two that are spelt alike, and whose names mean the same, are equal.
    func opaque(_ expression: Expression, _ scope: Scope) -> Value {
        // Each with its length, so that no author can spell two as one.
        let parts = [Self.spelling(of: expression)] + meanings(below: expression, scope)
        let context = parts.map { "\($0.utf8.count):\($0)" }.joined(separator: " ")
        return .opaque(OpaqueKey(text: expression.sourceText, context: context))
    }

    /// What the names below an expression stand for, and what is below these.
    private func meanings(below expression: Expression, _ scope: Scope) -> [String] {
        var meanings: [String] = []
        // What is derived of facts depends on the catalogue. Records of which not each is only asked for a field may, too.
        var dependsOnCatalog = false
        var (records, fields) = (0, 0)
        var known: Set<String> = []
        // One after the other, not within each other: a chain of names may be long.
        var pending: [(expression: Expression, scope: Scope)] = [(expression, scope)]
        while let (expression, scope) = pending.popLast() {
            world.steps += expression.height
            expression.walk { node in
                if let path = node.path?.name, let field = self.fields[path] {
                    fields += 1
                    if case .declared(let declared) = field, known.insert(path).inserted { meanings.append(declared.meaning) }
                    if field.isDerived { dependsOnCatalog = true }
                }
                guard case .identifier(let name, _) = node.kind else { return }
                if Self.records.contains(name) { records += 1 }
                // An inner name may hide an outer one: then a meaning too many is spelt, which only keeps equal things apart.
                if let local = scope.last(where: { $0.name == name }) {
                    if known.insert("local " + name).inserted { meanings.append("local \(name) = \(local.value)") }
                } else if known.insert(name).inserted {
                    if let constant = world.policies[policy].constantValues[name] {
                        meanings.append("\(name) = \(constant)")
                    } else if let variable = world.policies[policy].variableExpressions[name] {
                        meanings.append("\(name) = \(Self.spelling(of: variable.parsed.root))")
                        pending.append((variable.parsed.root, []))
                    }
                }
            }
        }
        if dependsOnCatalog || records != fields { meanings.append("catalogue \(world.catalogs[policy])") }
        if records != fields { meanings += world.policies[policy].schema.declared.map { "all: \($0.meaning)" } }
        return meanings.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    private static let records = Set(FactRecord.allCases.map(\.rawValue))

    /// The whole of an expression, so that two have the same only where they are the same. What is written for people leaves out
    /// what nests deep.
    private static func spelling(of expression: Expression) -> String {
        var parts: [String] = []
        var pending = [expression]
        while let node = pending.popLast() {
            let children = node.children
            parts.append("\(node.head) \(children.count)")
            pending += children.reversed()
        }
        return parts.joined(separator: " ")
    }
}
