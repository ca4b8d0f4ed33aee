import CEL
import EligibilityPolicy

extension Reader {
    /// A value that is not understood. Two that are spelt alike, and whose names mean the same, are equal.
    func opaque(_ expression: Expression, _ scope: Scope) -> Value {
        // What is derived of facts depends on the catalogue.
        var meanings: Set<String> = ["catalogue \(world.catalogs[policy])"]
        collect(expression, scope, into: &meanings)
        return .opaque(OpaqueKey(text: expression.sourceText, context: meanings.sorted().joined(separator: "; ")))
    }

    /// What the names below an expression stand for.
    private func collect(_ expression: Expression, _ scope: Scope, into meanings: inout Set<String>) {
        expression.walk { node in
            guard case .identifier(let name, _) = node.kind else { return }
            // An inner name may hide an outer one: then a meaning too many is spelt, which only keeps equal things apart.
            if let local = scope.last(where: { $0.name == name }) {
                meanings.insert("\(name) = \(local.value)")
            } else if let constant = world.policies[policy].constantValues[name] {
                meanings.insert("\(name) = \(constant)")
            } else if let variable = world.policies[policy].variableExpressions[name] {
                let meaning = "\(name) = \(variable.parsed.root.sourceText)"
                if meanings.insert(meaning).inserted { collect(variable.parsed.root, [], into: &meanings) }
            }
        }
    }
}
