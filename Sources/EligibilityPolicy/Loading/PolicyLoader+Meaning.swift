import CEL

// What a proposed policy says that its author cannot have meant.

extension PolicyLoader {
    /// Reports texts that no fact ever has where they are compared with one, and characters in texts that cannot be seen.
    func checkTexts(_ names: PolicyNames, _ catalog: DeviceCatalog, _ schema: FactSchema) {
        let texts = EnumeratedTexts(catalog: catalog, schema: schema, constants: names.constants, definitions: names.definitions)
        for read in expressions.expressions {
            for finding in texts.findings(in: read.root) {
                report.add(
                    at: expressions.position(of: finding.place, in: read), finding.domain.problem(with: finding.text),
                    advice: finding.domain.advice(for: finding.text, catalog))
            }
            reportInvisible(in: read)
        }
    }

    /// A text with a character that cannot be seen is equal to nothing that looks like it.
    private func reportInvisible(in read: ReadExpression) {
        let source = read.expression.parsed.source
        read.root.walk { part in
            guard case .literal(.string) = part.kind,
                let character = source.text(in: part.range).unicodeScalars.first(where: \.isInvisible)
            else { return }
            let number = String(character.value, radix: 16)
            let escape =
                character.value > 0xffff
                ? "\\U" + String(repeating: "0", count: 8 - number.count) + number
                : "\\u" + String(repeating: "0", count: max(0, 4 - number.count)) + number
            report.add(
                at: expressions.position(of: part, in: read),
                "the text holds the character \(character.inWords), which cannot be seen",
                advice: "Retype it, or write \(escape) where it is meant.")
        }
    }

    /// Reports expressions that can never be evaluated. Only where nothing else is wrong: it needs the whole policy.
    func checkEvaluation(_ policy: Policy, _ names: PolicyNames) {
        let trial = EvaluationTrial(policy, environment: names.environment)
        for read in expressions.expressions {
            guard let finding = trial.finding(in: read.expression), !stemsFromVariable(finding.part, names) else { continue }
            report.add(
                at: expressions.position(of: finding.part, in: read),
                "\(read.role) cannot be evaluated: '\(finding.part.sourceText)' always fails (\(finding.failure.message))",
                advice: finding.failure.advice)
        }
    }

    /// Whether it is a variable that fails: then that is reported where it is defined.
    private func stemsFromVariable(_ part: Expression, _ names: PolicyNames) -> Bool {
        if case .identifier(let name, _) = part.kind { names.definitions[name] != nil } else { false }
    }
}

extension EvaluationError {
    fileprivate var advice: String {
        switch code {
        case .conversionFailed:
            "Convert a text only where it can be converted, as in x.matches('^[0-9]+$') && int(x) > 5."
        default: "A rule that fails to evaluate holds or rejects every request. Correct the expression."
        }
    }
}

extension EnumeratedDomain {
    fileprivate func problem(with text: String) -> String {
        switch self {
        case .deviceKind: "the catalogue has no kind of device '\(text)'"
        case .entityKind: "there is no kind of entity '\(text)'"
        case .adulthood: "whether somebody is of age is never '\(text)'"
        case .identityAttribute: "there is no attribute of identity '\(text)'"
        case .identityComparison: "attributes of identity never compare as '\(text)'"
        case .authenticationMethod: "RFC 8176 has no method of authentication '\(text)'"
        case .declared(let field): "the input '\(field.id)' is never '\(text)'"
        }
    }

    fileprivate func advice(for text: String, _ catalog: DeviceCatalog) -> String {
        let advice = MappingReader.suggestion(for: text, among: values(catalog))
        guard self == .deviceKind else { return advice }
        return advice + " A kind of former days stays under 'devices', with retired: true."
    }
}
