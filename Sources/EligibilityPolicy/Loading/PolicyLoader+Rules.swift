import CEL

/// A rule with its checked expressions.
struct CheckedRule {
    let rule: Rule
    let position: SourcePosition
    let requirement: CheckedExpression
    let parameters: [Parameter]
    /// Where one of them is true, the rule does not act, and so counts as passed.
    let exclusions: [Exclusion]

    struct Exclusion {
        let reason: RuleExclusion
        let condition: CheckedExpression
    }

    struct Parameter {
        let declaration: ErrorParameter
        let expression: CheckedExpression
    }
}

extension CheckedRule {
    /// Whether two rules act on the same requests, and both decide something.
    fileprivate func actsWhere(_ other: CheckedRule) -> Bool {
        [rule, other.rule].allSatisfy { $0.consequence != .note } && rule.at == other.rule.at
            && exclusions.map(\.reason) == other.exclusions.map(\.reason)
    }
}

extension PolicyLoader {
    func rules(
        _ file: MappingReader, _ names: PolicyNames, _ exemptions: [ReadExemption], _ reasons: ReadReasons
    ) -> [CheckedRule] {
        let environment = names.environment
        var ids = UniqueNames("rule", report)
        return file.list("rules", atMost: PolicyLimits.rules).compactMap { node in
            guard let reader = MappingReader(node, as: PolicyFileShape.rule, report: report) else { return nil }
            let id = reader.identifier("id")
            if let id { ids.add(id, at: reader.position(of: "id")) }
            let title = reader.localizedText("title")
            let consequence = reader.choice("otherwise", of: Consequence.self)
            let approvals = approvals(reader, consequence)
            let pending = pending(ofRule: reader, consequence)
            let span = span(reader)
            let code = code(reader, reasons)
            let requirement = reader.node("require").flatMap {
                expressions.check($0, of: [.bool], in: environment, role: "what a rule requires", hint: Self.namesHint)
            }
            let parameters = code.map { self.parameters(reader, of: $0, reasons, in: environment) }
            guard let id, let title, let consequence, let code, let requirement, let parameters else { return nil }
            let rule = Rule(
                id: RuleID(rawValue: id), title: title, expression: requirement.parsed.source.text, consequence: consequence,
                code: code, parameters: parameters.map { ($0.declaration.name, $0.expression.parsed.source.text) },
                approvals: approvals, at: moments(reader, usual: usualMoments(of: requirement, names)), from: span.from,
                until: span.until, pending: pending)
            return CheckedRule(
                rule: rule, position: reader.position, requirement: requirement, parameters: parameters,
                exclusions: exclusions(of: rule.id, from: rule.from, until: rule.until, exemptions, names.schema))
        }
    }

    private func approvals(_ reader: MappingReader, _ consequence: Consequence?) -> Int {
        guard let approvals = reader.integer("approvals", in: PolicyLimits.approvals) else { return 1 }
        if let consequence, consequence != .review {
            report.add(
                at: reader.position(of: "approvals"),
                consequence == .reject ? "nobody approves what is rejected" : "nobody approves what is only noted",
                advice: "Remove 'approvals', or write otherwise: review.")
        }
        return approvals
    }

    /// Nil where it is unknown, which is reported, or stands for a reason in whose definition something is wrong.
    private func code(_ reader: MappingReader, _ reasons: ReadReasons) -> ReasonCode? {
        guard let text = reader.text("error") else { return nil }
        if let code = reasons.code(text) { return code }
        guard !reasons.isBroken(text) else { return nil }
        let isOther = SharingErrorCode(rawValue: text) != nil
        report.add(
            at: reader.position(of: "error"),
            isOther ? "the error code '\(text)' is not one that a rule can give" : "the error code '\(text)' is unknown",
            advice: reasons.suggestion(for: text))
        return nil
    }

    // MARK: Parameters

    private func parameters(
        _ reader: MappingReader, of code: ReasonCode, _ reasons: ReadReasons, in environment: Environment
    ) -> [CheckedRule.Parameter] {
        let given = reader.entries("parameters", atMost: PolicyLimits.names)
        let declarations = reasons.catalog.parameters(of: code) ?? []
        let known = declarations.map(\.name)
        for member in given where !known.contains(member.key) {
            report.add(
                at: member.position, "the error '\(code)' has no parameter '\(member.key)'",
                advice: known.isEmpty
                    ? "Remove it: this error has none." : MappingReader.suggestion(for: member.key, among: known))
        }
        return declarations.compactMap { declaration in
            guard let member = given.first(where: { $0.key == declaration.name }) else {
                report.add(
                    at: reader.node("parameters")?.position ?? reader.position,
                    "the error '\(code)' needs the parameter '\(declaration.name)'",
                    advice: "Add it under 'parameters': \(declaration.documentation).")
                return nil
            }
            let role = "the parameter '\(declaration.name)'"
            guard
                let checked = expressions.check(
                    member.value, of: [declaration.kind.type], in: environment, role: role, hint: Self.namesHint)
            else { return nil }
            checkLiteral(checked, declaration, at: member.value.position)
            return CheckedRule.Parameter(declaration: declaration, expression: checked)
        }
    }

    /// A word that stands for one of few things must be one of them; where it is computed, that cannot be told here.
    private func checkLiteral(_ checked: CheckedExpression, _ declaration: ErrorParameter, at position: SourcePosition) {
        guard case .literal(.string(let text)) = checked.parsed.root.kind, let allowed = declaration.kind.allowedValues,
            !allowed.contains(text)
        else { return }
        report.add(
            at: position, "the parameter '\(declaration.name)' cannot be '\(text)'",
            advice: MappingReader.suggestion(for: text, among: allowed))
    }

    // MARK: All rules together

    func checkCost(_ rules: [CheckedRule], _ file: MappingReader) {
        let cost = rules.reduce(UInt64(0)) { sum, rule in
            let expressions = [rule.requirement] + rule.parameters.map(\.expression) + rule.exclusions.map(\.condition)
            return expressions.reduce(sum) { $0.addingReportingOverflow($1.worstCaseCost).partialValue }
        }
        guard cost > PolicyLimits.policyCost else { return }
        report.add(
            at: file.position(of: "rules"), "the rules may take \(cost) steps together; \(PolicyLimits.policyCost) are allowed",
            advice: "Make the expressions simpler, or the rules fewer.")
    }

    /// Reports rules that do nothing, or let nothing pass, whatever the facts.
    func checkMeaning(_ rules: [CheckedRule], with analysis: RuleAnalysis) {
        for (place, rule) in rules.enumerated() {
            switch analysis.verdict(on: rule.requirement.parsed.root) {
            case .alwaysTrue:
                report.add(
                    at: rule.position, "the rule '\(rule.rule.id)' can never fail: it is true whatever the facts",
                    advice: "Remove it, or correct what it requires.")
            case .alwaysFalse where rule.rule.consequence == .note || !rule.exclusions.isEmpty: break
            case .alwaysFalse:
                report.add(
                    at: rule.position, "the rule '\(rule.rule.id)' can never pass: it is false whatever the facts",
                    advice: "No request would be approved. Correct what it requires.")
            case .depends:
                for earlier in rules[..<place]
                where earlier.actsWhere(rule)
                    && analysis.areEquivalent(earlier.requirement.parsed.root, rule.requirement.parsed.root)
                {
                    reportShadow(earlier, rule)
                    break
                }
            }
        }
    }

    private func reportShadow(_ earlier: CheckedRule, _ later: CheckedRule) {
        let laterIsStronger = later.rule.strength > earlier.rule.strength
        let (shadowed, by) = laterIsStronger ? (earlier, later) : (later, earlier)
        report.add(
            at: shadowed.position,
            "the rule '\(shadowed.rule.id)' is shadowed by '\(by.rule.id)' in line \(by.position.line), which requires the same",
            advice: "Remove one of them.")
    }
}

extension Rule {
    /// Whose consequence counts where two rules fail together: rejection over two approvals over one over a note.
    package var strength: Int {
        switch consequence {
        case .reject: 3
        case .review: approvals
        case .note: 0
        }
    }
}

extension SharingErrorCode {
    /// The codes that a rule of a policy may give: `compliance-decision` says that no rule decided, and `reason-not-disclosed`
    /// stands for reasons that have codes of their own.
    package static let forRules = allCases.filter {
        $0.category == .eligibility && ![.complianceDecision, .reasonNotDisclosed].contains($0)
    }
}

extension ErrorParameter.Kind {
    /// The type of the expressions that give such a parameter.
    var type: CELType {
        switch self {
        case .integer: .int
        case .texts, .identityAttributes: .list(.string)
        case .identifier, .moment, .text, .participant, .identityAttribute, .deviceKind, .state, .action: .string
        }
    }

    /// The values that it may have, where they are few.
    var allowedValues: [String]? {
        switch self {
        case .participant: ["requester", "owner"]
        case .identityAttribute: IdentityAttribute.allCases.map(\.rawValue)
        default: nil
        }
    }
}
