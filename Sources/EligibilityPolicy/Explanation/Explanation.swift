import CEL
import Canonical

/// How a policy came to its decision on one set of facts: every rule with the value of each part of its expression.
package struct Explanation: Sendable {
    package let decision: Decision
    /// In the order of the policy.
    package let rules: [RuleExplanation]
}

/// What one rule looked at.
package struct RuleExplanation: Sendable {
    package let rule: Rule
    package let ruling: Ruling
    /// Why the rule does not act; nil where it does.
    package let exclusion: RuleExclusion?
    /// The parts that were evaluated, the whole first; what a part consists of follows it, one deeper.
    package let steps: [Step]

    package struct Step: Hashable, Sendable {
        /// As the file spells it.
        package let text: String
        /// As the expression language spells it, or the error.
        package let value: String
        package let isFailure: Bool
        /// 0 for the whole expression.
        package let depth: Int
    }
}

extension Policy {
    /// Decides again, and says how. Slow beside ``evaluate(_:)``: for people, not for requests.
    package func explain(_ facts: Facts) -> Explanation {
        let decision = evaluate(facts)
        let traces = evaluator.traces(on: facts)
        let rules = zip(zip(evaluator.rules, decision.rulings), traces).map { pair, trace in
            RuleExplanation(
                rule: pair.0.rule, ruling: pair.1,
                exclusion: evaluator.withActivation(for: facts) { pair.0.exclusion($0) },
                steps: trace.steps(of: pair.0.requirement.checked.parsed.root, definitions: analysis.definitions))
        }
        return Explanation(decision: decision, rules: rules)
    }
}

// MARK: - As text and JSON

extension Explanation: CustomStringConvertible {
    package var description: String {
        var lines = ["\(decision.outcome.rawValue) under policy \(decision.policy)"]
        for rule in rules { lines += rule.lines }
        lines += decision.disclosureLines
        return lines.joined(separator: "\n")
    }

    package var json: JSONValue {
        .members([
            "outcome": .string(decision.outcome.rawValue), "policy": .string(decision.policy.description),
            "rules": .array(rules.map(\.json)), "disclosed": decision.disclosed.map(StatedReason.json),
        ])
    }
}

extension Decision {
    /// What clients are told, a line for each reason; none where that is what was decided.
    package var disclosureLines: [String] {
        (disclosed ?? []).map { reason in
            "disclosed  \(reason.code)" + (reason.parameters.isEmpty ? "" : " with \(reason.parameters)")
        }
    }
}

extension RuleExplanation {
    /// A line for the rule, and one for each part.
    package var lines: [String] {
        var lines: [String] = []
        if let reason = ruling.reason {
            lines.append("\(reason.consequence.rawValue)  \(rule.id): \(reason.code)")
            if !reason.parameters.isEmpty { lines.append("    with \(reason.parameters)") }
            if let failure = reason.evaluationFailure { lines.append("    evaluation failed: \(failure)") }
        } else if let exclusion {
            lines.append("passed  \(rule.id): does not act (\(exclusion))")
        } else {
            lines.append("passed  \(rule.id)")
        }
        return lines + steps.map { String(repeating: "  ", count: $0.depth + 2) + "\($0.text) is \($0.value)" }
    }

    fileprivate var json: JSONValue {
        var object = JSONObject()
        object["rule"] = .string(rule.id.rawValue)
        object["passed"] = .bool(ruling.passed)
        object["doesNotAct"] = exclusion.map { .string($0.description) }
        if let reason = ruling.reason {
            object["consequence"] = .string(reason.consequence.rawValue)
            object["code"] = .string(reason.code.rawValue)
            object["parameters"] = reason.parameters.json
            object["failure"] = reason.evaluationFailure.map { .string($0) }
        }
        object["steps"] = .array(
            steps.map { ["text": .string($0.text), "value": .string($0.value), "depth": .integer(Int64($0.depth))] })
        return .object(object)
    }
}
