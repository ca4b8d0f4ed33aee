import CEL

// What the rules of a policy make of its reasons.

extension PolicyLoader {
    /// Reports reasons that nothing names, and what would tell a client of one that it may not know.
    func checkUse(of reasons: ReadReasons, by rules: [CheckedRule], _ names: PolicyNames, in file: MappingReader) {
        let named = (file.node("rules")?.elements ?? []).compactMap { $0["error"]?.text }
        let targets = reasons.catalog.reasons.map(\.disclosure) + reasons.catalog.disclosures.map(\.disclosure)
        let used = Set(named + targets.map(\.description) + disclosuresOfRejections(file))
        for (code, position) in reasons.places.sorted(by: { ($0.value.line, $0.value.column) < ($1.value.line, $1.value.column) })
        where !used.contains(code.rawValue) {
            report.add(
                at: position, "no rule gives the reason '\(code)'", advice: "Name it as the 'error' of a rule, or remove it.")
        }
        for rule in rules { checkIdentity(told: rule, reasons.catalog, names) }
        guard
            let secret = rules.first(where: {
                $0.rule.consequence == .review && reasons.catalog.disclosure(of: $0.rule.code) != .itself
            })?.rule
        else { return }
        for rule in rules where rule.rule.pending != nil {
            report.add(
                at: rule.position,
                "the times of the rule '\(rule.rule.id)' tell clients whether '\(secret.code)' holds a request, which is not disclosed",
                advice: "Remove its 'pending', or disclose '\(secret.code)' as itself.")
        }
    }

    /// Which attributes of two persons differ is for officers alone: by such answers a client could find another person's data.
    private func checkIdentity(told rule: CheckedRule, _ catalog: ReasonCatalog, _ names: PolicyNames) {
        let code = rule.rule.code
        let told: ReasonCode
        switch catalog.disclosure(of: code) {
        case .itself: told = code
        case .another(let other): told = other
        case .nothing: return
        }
        guard case .ofPolicy = told, let declared = catalog.parameters(of: told) else { return }
        for parameter in rule.parameters where declared.contains(where: { $0.name == parameter.declaration.name }) {
            guard parameter.expression.names("identity", names.definitions) else { continue }
            report.add(
                at: rule.position,
                "the parameter '\(parameter.declaration.name)' of the rule '\(rule.rule.id)' would tell clients how identity data compare",
                advice: "Leave it out of '\(told)', or disclose '\(code)' as another reason or as nothing.")
        }
    }

    private func disclosuresOfRejections(_ file: MappingReader) -> [String] {
        (file.node("rejectionReasons")?.elements ?? []).compactMap { $0["disclosedAs"]?.text }
    }
}

extension CheckedExpression {
    /// Whether the expression, or a variable that it uses, names a fact.
    fileprivate func names(_ fact: String, _ definitions: [String: CheckedExpression]) -> Bool {
        var isNamed = false
        var seen: Set<String> = []
        var pending = [parsed.root]
        while let root = pending.popLast(), !isNamed {
            root.walk { part in
                guard case .identifier(let name, _) = part.kind else { return }
                if name == fact { isNamed = true }
                if let definition = definitions[name], seen.insert(name).inserted { pending.append(definition.parsed.root) }
            }
        }
        return isNamed
    }
}
