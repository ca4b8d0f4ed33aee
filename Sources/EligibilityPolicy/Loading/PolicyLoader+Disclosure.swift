// What clients are told in place of a reason.

extension PolicyLoader {
    func builtIn(_ member: DocumentNode.Member, _ known: ReadReasons) -> SharingErrorCode? {
        switch known.code(member.key) {
        case .builtIn(let code)?: return code
        case .ofPolicy?:
            report.add(
                at: member.position, "'\(member.key)' is a reason of this policy",
                advice: "Write 'disclosedAs' where it is defined.")
            return nil
        case nil:
            report.add(
                at: member.position, "'\(member.key)' is no code of the program's that a rule can give",
                advice: MappingReader.suggestion(for: member.key, among: SharingErrorCode.forRules.map(\.rawValue)))
            return nil
        }
    }

    func text(_ member: DocumentNode.Member) -> String? {
        guard let text = member.value.text, !member.value.isNull, !text.isEmpty else {
            report.add(
                at: member.value.position, "'\(member.key)' must be disclosed as something, not \(member.value.kindName)",
                advice: "Write itself, nothing, or a reason.")
            return nil
        }
        return text
    }

    func catalog(
        of drafts: [Draft], saying statements: [(code: ReasonCode, statement: Statement)] = [], _ known: ReadReasons? = nil
    ) -> ReasonCatalog {
        var disclosures: [ReasonCode: Disclosure] = [:]
        if let known {
            for (code, statement) in statements { disclosures[code] = disclosure(of: code, statement, known) }
            reportCircles(statements, disclosures)
        }
        return ReasonCatalog(
            drafts.map { draft in
                PolicyReason(
                    id: draft.id, title: draft.title, message: draft.message, advice: draft.advice, parameters: draft.parameters,
                    disclosure: disclosures[.ofPolicy(draft.id)] ?? .nothing)
            },
            disclosures: statements.compactMap { code, _ in
                guard case .builtIn(let builtIn) = code else { return nil }
                return (builtIn, disclosures[code] ?? .nothing)
            })
    }

    /// Nil where something is wrong with it, which is reported.
    private func disclosure(of code: ReasonCode, _ statement: Statement, _ known: ReadReasons) -> Disclosure? {
        let text = statement.text
        if text == Disclosure.itselfName { return .itself }
        if text == Disclosure.nothingName { return .nothing }
        guard let other = known.code(text) else {
            guard !known.isBroken(text) else { return nil }
            report.add(
                at: statement.position, "'\(code)' cannot be disclosed as '\(text)', which is no reason",
                advice: known.suggestion(for: text, others: [Disclosure.itselfName, Disclosure.nothingName]))
            return nil
        }
        guard other != code else {
            report.add(at: statement.position, "'\(code)' is disclosed as its own name", advice: "Write itself.")
            return nil
        }
        let own = known.catalog.parameters(of: code) ?? []
        for parameter in known.catalog.parameters(of: other) ?? [] where parameter.isToldAlways {
            guard !own.contains(where: { $0.name == parameter.name && $0.kind == parameter.kind && !$0.mayBeEmpty }) else {
                continue
            }
            report.add(
                at: statement.position,
                "'\(code)' cannot be disclosed as '\(other)': it has no \(parameter.kind.rawValue) '\(parameter.name)' to tell",
                advice: "Disclose a reason whose parameters are among those of '\(code)'.")
            return nil
        }
        return .another(other)
    }

    /// What clients are told in place of an officer's reason, which has no parameters. Nil where something is wrong with it, which is
    /// reported.
    func disclosure(ofRejection id: String, _ reader: MappingReader, _ reasons: ReadReasons) -> Disclosure? {
        guard reader.node("disclosedAs") != nil else { return .nothing }
        guard let text = reader.text("disclosedAs") else { return nil }
        if text == Disclosure.itselfName { return .itself }
        if text == Disclosure.nothingName { return .nothing }
        guard let code = reasons.code(text) else {
            guard !reasons.isBroken(text) else { return nil }
            reader.reportProblem(
                at: "disclosedAs", "'\(id)' cannot be disclosed as '\(text)', which is no reason",
                advice: reasons.suggestion(for: text, others: [Disclosure.itselfName, Disclosure.nothingName]))
            return nil
        }
        if let parameter = reasons.catalog.parameters(of: code)?.first(where: \.isToldAlways) {
            reader.reportProblem(
                at: "disclosedAs",
                "'\(id)' cannot be disclosed as '\(code)': an officer's reason has no \(parameter.kind.rawValue) '\(parameter.name)' to tell",
                advice: "Disclose a reason without parameters.")
            return nil
        }
        return .another(code)
    }

    /// Reports reasons that are disclosed as one another, a circle at its first reason in the file.
    private func reportCircles(
        _ statements: [(code: ReasonCode, statement: Statement)], _ disclosures: [ReasonCode: Disclosure]
    ) {
        var reported: Set<ReasonCode> = []
        for (code, statement) in statements {
            var path = [code]
            while let last = path.last, case .another(let next)? = disclosures[last], !path.contains(next) { path.append(next) }
            guard let last = path.last, case .another(let next)? = disclosures[last], next == code,
                reported.isDisjoint(with: path)
            else { continue }
            reported.formUnion(path)
            report.add(
                at: statement.position,
                "reasons are disclosed in a circle: \((path + [code]).map(\.rawValue).joined(separator: " → "))",
                advice: "Let one of them be disclosed as itself, or as nothing.")
        }
    }
}
