import CEL
import Canonical
import EligibilityPolicy

/// Something about the rules of a policy, taken together, that its author hardly means. Each is proved: of what could not be
/// found out, nothing is said.
package struct PolicyFinding: Hashable, Sendable {
    package enum Kind: String, CaseIterable, Hashable, Sendable {
        case nothingPasses = "no-request-passes"
        case neverFails = "rule-never-fails"
        case neverPasses = "rule-never-passes"
        case same = "rules-require-the-same"
        case implied = "rule-implied-by-another"
        case masked = "rule-masked"
        case neverDecides = "rule-never-decides"
        case unusedConstant = "constant-unused"
        case unusedVariable = "variable-unused"
        case lapsed = "moment-passed"
        case ruleEnded = "rule-ended"
        case exemptionEnded = "exemption-ended"
        case untrueParameter = "parameter-untrue"
        case untrueTitle = "title-untrue"
    }

    package let kind: Kind
    /// The rule, exemption, constant or variable that it is about; empty where it is about all rules.
    package let subject: String
    /// The other rules that matter, or the parameter that is meant.
    package let others: [String]
    /// What is found, and what to do, as one or two sentences.
    package let message: String

    /// Everything that is found, rules in their order first.
    ///
    /// - Parameter today: the moment of the check: what has passed by then is told.
    package static func all(in policy: Policy, today: Timestamp, limits: ProofLimits = ProofLimits()) -> [PolicyFinding] {
        var findings = RuleFindings(policy, limits: limits).all()
        findings += PassedMoments(policy, today: today).all()
        findings += UnusedNames(policy).all()
        findings += UntrueNumbers(policy).all()
        return findings
    }
}

/// What rules are to each other.
private struct RuleFindings {
    private let world: World
    private let rules: RuleSet
    private let questions: RuleQuestions
    private let members: [RuleSet.Member]

    init(_ policy: Policy, limits: ProofLimits) {
        world = World([policy], steps: limits.steps)
        rules = RuleSet(world)
        questions = RuleQuestions(world: world, rules: rules, paths: limits.paths)
        members = rules.rules(of: 0)
    }

    func all() -> [PolicyFinding] {
        var findings: [PolicyFinding] = []
        // Rules that are spoken of already are not looked at again beside others.
        var settled: Set<Int> = []
        for rule in members {
            if isNone(failing: [rule]) {
                findings.append(
                    finding(
                        .neverFails, rule, [],
                        "the rule '\(rule.rule.id)' cannot fail, whatever the facts; remove it, or correct it"))
                settled.insert(rule.place)
            } else if isNone(passing: [rule]) {
                findings.append(
                    finding(
                        .neverPasses, rule, [],
                        "the rule '\(rule.rule.id)' cannot pass, whatever the facts; no request would be approved"))
                settled.insert(rule.place)
            }
        }
        if findings.allSatisfy({ $0.kind != .neverPasses }), isNone(passing: members) {
            // Then every rule fails wherever the others pass.
            return findings + [contradiction()]
        }
        for rule in members where !settled.contains(rule.place) {
            if let finding = place(of: rule, settled) {
                findings.append(finding)
                settled.insert(rule.place)
            }
        }
        return findings
    }

    private func isNone(failing: [RuleSet.Member] = [], passing: [RuleSet.Member] = []) -> Bool {
        if case .none = questions.facts(failing: failing, passing: passing) { return true }
        return false
    }

    private func finding(
        _ kind: PolicyFinding.Kind, _ rule: RuleSet.Member?, _ others: [RuleSet.Member], _ message: String
    ) -> PolicyFinding {
        PolicyFinding(
            kind: kind, subject: rule?.rule.id.rawValue ?? "", others: others.map(\.rule.id.rawValue), message: message)
    }

    private func names(_ rules: [RuleSet.Member]) -> String { rules.map { "'\($0.rule.id)'" }.joined(separator: ", ") }

    /// The fewest rules, left after leaving out what is not needed, that cannot pass together.
    private func contradiction() -> PolicyFinding {
        var needed = members
        for rule in members where needed.count > 1 {
            let fewer = needed.filter { $0.place != rule.place }
            if isNone(passing: fewer) { needed = fewer }
        }
        return finding(
            .nothingPasses, nil, needed,
            "no request can pass: there are no facts on which the rules \(names(needed)) all pass; correct one of them")
    }

    /// What makes a rule needless: where it fails, the outcome is what it is without it.
    private func place(of rule: RuleSet.Member, _ settled: Set<Int>) -> PolicyFinding? {
        let others = members.filter { $0.place != rule.place && !settled.contains($0.place) && $0.strength >= rule.strength }
        guard !others.isEmpty, isNone(failing: [rule], passing: others) else { return nil }
        let id = rule.rule.id
        for other in others where other.strength == rule.strength {
            guard isNone(failing: [rule], passing: [other]), isNone(failing: [other], passing: [rule]) else { continue }
            return finding(.same, rule, [other], "the rules '\(id)' and '\(other.rule.id)' require the same; remove one of them")
        }
        for other in others where isNone(failing: [rule], passing: [other]) {
            if other.strength > rule.strength {
                return finding(
                    .masked, rule, [other],
                    "the rule '\(id)' never decides: wherever it fails, '\(other.rule.id)' fails, which weighs more; remove it, or correct it"
                )
            }
            return finding(
                .implied, rule, [other],
                "the rule '\(id)' never decides: wherever it fails, '\(other.rule.id)' fails as well; remove it, or correct it")
        }
        return finding(
            .neverDecides, rule, others,
            "the rule '\(id)' never decides: wherever it fails, another rule fails that weighs as much or more; remove it, or correct it"
        )
    }
}

/// Names that nothing uses.
private struct UnusedNames {
    private let policy: Policy

    init(_ policy: Policy) { self.policy = policy }

    func all() -> [PolicyFinding] {
        var used: Set<String> = []
        func note(_ expression: CheckedExpression) {
            expression.parsed.root.walk { node in
                if case .identifier(let name, _) = node.kind { used.insert(name) }
            }
        }
        for expression in policy.conditions + policy.otherExpressions { note(expression) }
        for parameters in policy.parameterExpressions { for parameter in parameters { note(parameter) } }
        // A variable is used where one that is used uses it; a name in a constant's text may be any word of it.
        for variable in policy.variables.reversed() where used.contains(variable.name) {
            if let expression = policy.variableExpressions[variable.name] { note(expression) }
        }
        for constant in policy.constants.reversed() where used.contains(constant.name) {
            used.formUnion(constant.expression.split { !$0.isLetter && !$0.isNumber && $0 != "_" }.map(String.init))
        }
        return policy.constants.filter { !used.contains($0.name) }.map {
            PolicyFinding(
                kind: .unusedConstant, subject: $0.name, others: [], message: "nothing uses the constant '\($0.name)'; remove it")
        }
            + policy.variables.filter { !used.contains($0.name) }.map {
                PolicyFinding(
                    kind: .unusedVariable, subject: $0.name, others: [],
                    message: "nothing uses the variable '\($0.name)'; remove it")
            }
    }
}

/// Comparisons of the moment of a request with one that has passed: from now on they always come out the same.
private struct PassedMoments {
    private let policy: Policy
    private let today: Timestamp

    init(_ policy: Policy, today: Timestamp) {
        self.policy = policy
        self.today = today
    }

    func all() -> [PolicyFinding] {
        var findings: [PolicyFinding] = []
        for (place, rule) in policy.admissionRules.enumerated() {
            for part in passed(policy.requirements[place].parsed.root) {
                let finding = PolicyFinding(
                    kind: .lapsed, subject: rule.id.rawValue, others: [],
                    message:
                        "the rule '\(rule.id)' has a part whose time has passed: `\(part.text)` is always \(part.value) from now on; "
                        + "remove it, or correct the moment")
                if !findings.contains(finding) { findings.append(finding) }
            }
        }
        for rule in policy.rules {
            guard let until = rule.until, until <= today else { continue }
            findings.append(ended(.ruleEnded, rule.id.rawValue, "the rule '\(rule.id)' has not acted since \(until); remove it"))
        }
        for exemption in policy.exemptions where exemption.until <= today {
            findings.append(
                ended(.exemptionEnded, exemption.id, "the exemption '\(exemption.id)' ended at \(exemption.until); remove it"))
        }
        return findings
    }

    private func ended(_ kind: PolicyFinding.Kind, _ subject: String, _ message: String) -> PolicyFinding {
        PolicyFinding(kind: kind, subject: subject, others: [], message: message)
    }

    /// The comparisons in an expression and in the variables that it uses.
    private func passed(_ expression: Expression) -> [(text: String, value: Bool)] {
        var found: [(text: String, value: Bool)] = []
        var seen: Set<String> = []
        var pending = [expression]
        while let expression = pending.popLast() {
            expression.walk { node in
                if case .identifier(let name, _) = node.kind, seen.insert(name).inserted,
                    let variable = policy.variableExpressions[name]
                {
                    pending.append(variable.parsed.root)
                }
                if let value = constantTruth(of: node) { found.append((node.sourceText, value)) }
            }
        }
        return found
    }

    /// The value of a comparison in every request from today on; nil where that is not the same, or was always so.
    private func constantTruth(of node: Expression) -> Bool? {
        guard case .binary(let comparison, _, _) = node.kind,
            [.less, .lessOrEqual, .greater, .greaterOrEqual].contains(comparison)
        else { return nil }
        let world = World([policy], steps: 10_000)
        let moments = [world.number(.submittedAt), world.number(.decidedAt)]
        let path = Path(world)
        // Asked of facts in general, it depends on one of the two moments alone.
        guard case .form(let form, _)? = split(of: node, world, path), form.terms.count == 1,
            moments.contains(form.terms[0].variable)
        else { return nil }
        var later = path
        for moment in moments {
            let own = Form(terms: [.init(variable: moment, coefficient: 1)])
            later.forms[own] = Bounds(least: Int128(today.microseconds), most: nil)
        }
        let reader = Reader(world: world, path: later, policy: 0)
        guard let truth = try? reader.truth(of: node), truth != .failure else { return nil }
        return truth == .yes
    }

    private func split(of node: Expression, _ world: World, _ path: Path) -> Split? {
        do throws(Split) {
            _ = try Reader(world: world, path: path, policy: 0).truth(of: node)
            return nil
        } catch {
            return error
        }
    }
}
