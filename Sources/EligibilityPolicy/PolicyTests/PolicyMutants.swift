import CEL

/// A policy with one small fault put into it, as an author might make one.
package struct PolicyMutant: Sendable {
    package enum Kind: String, CaseIterable, Hashable, Sendable {
        /// Another comparison or connective, or a negation less.
        case `operator`
        /// A number, span, moment or flag next to the one that was written.
        case constant
        case droppedRule = "dropped-rule"
    }

    package let kind: Kind
    /// The rule, variable or constant that is changed.
    package let subject: String
    /// What was written there, and what is now; empty where a rule is dropped.
    package let before: String
    package let after: String
    package let policy: Policy
}

extension PolicyMutant: CustomStringConvertible {
    package var description: String {
        switch kind {
        case .operator, .constant: "\(subject): \(before)  →  \(after)"
        case .droppedRule: "\(subject): the rule is dropped"
        }
    }
}

extension Policy {
    /// Every mutant, in the order of the file: of rules' conditions, of variables, of constants, and rules that are dropped.
    /// Mutants that are no policies, such as one whose types do not fit, are left out.
    package func mutants() -> [PolicyMutant] {
        guard let maker = MutantMaker(self) else { return [] }
        return maker.mutants()
    }
}

/// Puts faults into the document of a policy.
private struct MutantMaker {
    private let policy: Policy
    private let document: Document

    init?(_ policy: Policy) {
        self.policy = policy
        let report = ProblemReport(file: policy.name)
        guard let document = Document(policy.source, limit: PolicyLimits.fileSize, allowsTags: true, report: report) else {
            return nil
        }
        self.document = document
    }

    func mutants() -> [PolicyMutant] {
        var mutants: [PolicyMutant] = []
        for constant in policy.constants {
            mutants += edited(constant.name, expression(constant.expression), at: ["constants", constant.name])
        }
        for variable in policy.variables {
            mutants += edited(
                variable.name, policy.variableExpressions[variable.name]?.parsed, at: ["variables", variable.name])
        }
        // What is only noted changes no case.
        for (place, rule) in policy.rules.enumerated() where rule.consequence != .note {
            mutants += edited(rule.id.rawValue, expression(rule.expression), at: ["rules", "\(place)", "require"])
            if policy.rules.count > 1, let without = load(document.root.removing("rules", place).exempting(fromNot: rule.id)) {
                mutants.append(
                    PolicyMutant(kind: .droppedRule, subject: rule.id.rawValue, before: "", after: "", policy: without))
            }
        }
        return mutants
    }

    /// Constants are kept as texts and values only.
    private func expression(_ text: String) -> ParsedExpression? {
        try? policy.schema.environment(constants: policy.constantValues, origin: .recorded).parse(text)
    }

    private func edited(_ subject: String, _ parsed: ParsedExpression?, at path: [String]) -> [PolicyMutant] {
        guard let parsed else { return [] }
        return ExpressionEdits(parsed).all.compactMap { edit in
            guard let root = document.root.replacing(path[...], with: edit.text), let mutant = load(root) else { return nil }
            return PolicyMutant(kind: edit.kind, subject: subject, before: edit.before, after: edit.after, policy: mutant)
        }
    }

    /// As a recorded one: what would be reported as hardly meant, such as a rule that cannot fail, is what a mutant may be.
    private func load(_ root: DocumentNode) -> Policy? {
        let report = ProblemReport(file: policy.name)
        return PolicyLoader(document: document.with(root), origin: .recorded, report: report)
            .policy(source: policy.source)
    }
}

extension DocumentNode {
    /// With the text of a scalar replaced; nil where there is none at the path, of keys and of places in lists.
    fileprivate func replacing(_ path: ArraySlice<String>, with text: String) -> DocumentNode? {
        guard let step = path.first else {
            guard case .scalar = content else { return nil }
            // Where it stood does not say where its parts stand now.
            return DocumentNode(position: position, content: .scalar(Scalar(text: text, style: .plain)))
        }
        switch content {
        case .scalar: return nil
        case .mapping(var members):
            guard let place = members.firstIndex(where: { $0.key == step }),
                let value = members[place].value.replacing(path.dropFirst(), with: text)
            else { return nil }
            members[place] = Member(key: members[place].key, position: members[place].position, value: value)
            return DocumentNode(position: position, content: .mapping(members))
        case .sequence(var elements):
            guard let place = Int(step), elements.indices.contains(place),
                let element = elements[place].replacing(path.dropFirst(), with: text)
            else { return nil }
            elements[place] = element
            return DocumentNode(position: position, content: .sequence(elements))
        }
    }

    /// Without a rule's id in the lists of rules of exemptions, and without exemptions from nothing else.
    fileprivate func exempting(fromNot rule: RuleID) -> DocumentNode {
        guard case .mapping(let members) = content else { return self }
        return DocumentNode(
            position: position,
            content: .mapping(
                members.compactMap { member in
                    guard member.key == "exemptions", let exemptions = member.value.elements else { return member }
                    let others = exemptions.compactMap { exemption -> DocumentNode? in
                        guard let place = exemption["rules"]?.elements?.firstIndex(where: { $0.text == rule.rawValue }) else {
                            return exemption
                        }
                        let fewer = exemption.removing("rules", place)
                        return fewer["rules"]?.elements?.isEmpty == true ? nil : fewer
                    }
                    guard !others.isEmpty else { return nil }
                    return Member(
                        key: member.key, position: member.position,
                        value: DocumentNode(position: member.value.position, content: .sequence(others)))
                }))
    }

    /// Without one element of a list among its members.
    fileprivate func removing(_ key: String, _ place: Int) -> DocumentNode {
        guard case .mapping(let members) = content else { return self }
        let others = members.map { member in
            guard member.key == key, case .sequence(var elements) = member.value.content, elements.indices.contains(place) else {
                return member
            }
            elements.remove(at: place)
            return Member(
                key: key, position: member.position,
                value: DocumentNode(position: member.value.position, content: .sequence(elements)))
        }
        return DocumentNode(position: position, content: .mapping(others))
    }
}
