import CEL

/// A rule that decided otherwise than a case expects, with what it looked at.
package struct RuleDifference: Sendable {
    package enum Kind: String, CaseIterable, Hashable, Sendable {
        /// It failed, and the case does not expect that.
        case failed
        /// It passed, and the case expects it to fail.
        case passed
        /// It failed as expected, with another error or another parameter.
        case reason
        /// It failed as expected, and what follows from it is not what the case expects: another outcome, another number of
        /// approvals, or another place among the reasons.
        case consequence
        /// The policy has no such rule.
        case unknown
    }

    package let rule: RuleID
    package let kind: Kind
    /// What follows where the rule fails; nil where the policy has none of this name.
    package let consequence: Consequence?
    /// The most similar rule of the policy, where it has none of this name.
    package let suggestion: RuleID?
    /// What it requires, and the parameters that differ; empty where the policy has none of this name.
    package let expressions: [EvaluatedExpression]
}

/// An expression of a rule with its value on some facts, and the facts, variables and constants that the evaluation read.
package struct EvaluatedExpression: Hashable, Sendable {
    /// The error's parameter that it gives; nil for what the rule requires.
    package let parameter: String?
    /// As the file spells it.
    package let text: String
    package let value: Value
    /// In the order in which the expression names them, variables before what they read. Each once.
    package let readings: [Reading]

    package struct Reading: Hashable, Sendable {
        /// Such as `device.kind`, or the name of a variable or constant.
        package let name: String
        package let value: Value
    }

    /// As the expression language spells it, or the error.
    package struct Value: Hashable, Sendable, CustomStringConvertible {
        package let description: String
        package let isFailure: Bool
    }
}

extension CaseResult {
    /// The rules that decided otherwise than the case expects, in the policy's order, and then those that the policy lacks. Empty
    /// where the case passed.
    package var differingRules: [RuleDifference] {
        guard !passed else { return [] }
        let expected = testCase.expected.failing.map(\.rule)
        let failed = decision.reasons.map(\.rule)
        let known = policy.rules.map(\.id)
        var kinds: [RuleID: RuleDifference.Kind] = [:]
        for rule in failed where !expected.contains(rule) { kinds[rule] = .failed }
        for rule in expected where !failed.contains(rule) { kinds[rule] = known.contains(rule) ? .passed : .unknown }
        var parameters: [RuleID: [String]] = [:]
        for difference in found {
            switch difference {
            case .error(let rule, _, _): kinds[rule] = .reason
            case .parameter(let rule, let name, _, _):
                kinds[rule] = .reason
                parameters[rule, default: []].append(name)
            case .input, .counter, .outcome, .approvals, .failingRules: break
            }
        }
        let isDecidedOtherwise = !testCase.expected.differences(from: decision).isEmpty
        if kinds.isEmpty, isDecidedOtherwise { for rule in weighing(expected, failed) { kinds[rule] = .consequence } }
        let steps = policy.evaluator.traces(on: facts)
        var differences: [RuleDifference] = zip(policy.evaluator.rules, steps).compactMap { rule, trace in
            guard let kind = kinds[rule.rule.id] else { return nil }
            let names = parameters[rule.rule.id] ?? []
            // Where only a parameter differs, what the rule requires is not in question.
            let isAboutParameters = kind == .reason && !names.isEmpty
            let requirement = isAboutParameters ? [] : [policy.evaluated(rule.requirement, trace, parameter: nil)]
            let others = rule.parameters.filter { names.contains($0.name) }.map { parameter in
                let trace = policy.evaluator.withActivation(for: facts) { RuleTrace(parameter.program.trace($0).steps) }
                return policy.evaluated(parameter.program, trace, parameter: parameter.name)
            }
            return RuleDifference(
                rule: rule.rule.id, kind: kind, consequence: rule.rule.consequence, suggestion: nil,
                expressions: requirement + others)
        }
        for rule in expected where kinds[rule] == .unknown {
            let nearest = nearestName(to: rule.rawValue, among: known.map(\.rawValue)).map(RuleID.init(rawValue:))
            differences.append(
                RuleDifference(rule: rule, kind: .unknown, consequence: nil, suggestion: nearest, expressions: []))
        }
        return differences
    }

    /// Where the same rules fail as expected: those whose consequence makes the outcome, the approvals or the order another.
    private func weighing(_ expected: [RuleID], _ failed: [RuleID]) -> [RuleID] {
        let moved = zip(expected, failed).filter { $0 != $1 }.map(\.1)
        guard moved.isEmpty else { return moved }
        return decision.reasons.filter { reason in
            switch decision.outcome {
            case .approve: false
            case .review: reason.consequence == .review
            case .reject: reason.consequence == .reject
            }
        }.map(\.rule)
    }
}

extension Policy {
    fileprivate func evaluated(_ program: Program, _ trace: RuleTrace, parameter: String?) -> EvaluatedExpression {
        let root = program.checked.parsed.root
        return EvaluatedExpression(
            parameter: parameter, text: program.checked.parsed.source.text,
            value: trace.value(RuleTrace.Part(variable: nil, expression: root.id))
                ?? EvaluatedExpression.Value(description: root.sourceText, isFailure: false),
            readings: trace.readings(of: root, in: analysis))
    }
}

extension RuleTrace {
    /// Nil where the part was not evaluated: what a connective passes over, and literals.
    fileprivate func value(_ part: Part) -> EvaluatedExpression.Value? {
        results[part].map { result in
            switch result {
            case .success(let value): EvaluatedExpression.Value(description: value.description, isFailure: false)
            case .failure(let error): EvaluatedExpression.Value(description: error.message, isFailure: true)
            }
        }
    }

    /// The facts, variables and constants that an evaluation read.
    fileprivate func readings(
        of root: Expression, in analysis: RuleAnalysis
    ) -> [EvaluatedExpression.Reading] {
        var readings: [EvaluatedExpression.Reading] = []
        collect(root, in: nil, analysis, into: &readings)
        return readings
    }

    private func collect(
        _ expression: Expression, in variable: String?, _ analysis: RuleAnalysis,
        into readings: inout [EvaluatedExpression.Reading]
    ) {
        if let name = expression.path?.name,
            analysis.schema.byPath[name] != nil || analysis.definitions[name] != nil || analysis.constants[name] != nil
        {
            guard let value = value(Part(variable: variable, expression: expression.id)),
                !readings.contains(where: { $0.name == name })
            else { return }
            readings.append(EvaluatedExpression.Reading(name: name, value: value))
            if let definition = analysis.definitions[name] {
                collect(definition.parsed.root, in: name, analysis, into: &readings)
            }
            return
        }
        for child in expression.children { collect(child, in: variable, analysis, into: &readings) }
    }
}
