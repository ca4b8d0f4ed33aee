import Canonical
import EligibilityPolicy

/// What came of one case, for its author.
struct CaseReport {
    private let result: CaseResult
    /// Whether every rule is shown with the value of each part of its expression.
    private let isTraced: Bool

    init(_ result: CaseResult, isTraced: Bool) {
        self.result = result
        self.isTraced = isTraced
    }

    /// A heading; what was expected and what came instead; the rules that decided otherwise; every rule.
    var lines: [String] {
        let heading = "\(result.passed ? "passed " : "FAILED ") \(result.testCase.id) (line \(result.testCase.line))"
        var lines = result.differences + result.differingRules.flatMap { self.lines(of: $0) }
        if isTraced { lines += ["every rule:"] + result.explanation.rules.flatMap(\.lines).map { "    " + $0 } }
        return [heading] + lines.map { "    " + $0 }
    }

    private func lines(of difference: RuleDifference) -> [String] {
        var lines = [sentence(of: difference)]
        for expression in difference.expressions {
            let name = expression.parameter.map { "\($0): " } ?? ""
            lines.append("    \(name)\(expression.text) is \(words(for: expression.value))")
            for reading in expression.readings where reading.name != expression.text {
                lines.append("        \(reading.name) is \(words(for: reading.value))")
            }
        }
        return lines
    }

    private func words(for value: EvaluatedExpression.Value) -> String {
        value.isFailure ? "an error: \(value.description)" : value.description
    }

    private func sentence(of difference: RuleDifference) -> String {
        let rule = difference.rule
        return switch difference.kind {
        case .failed: "the rule '\(rule)' failed, and was expected to pass"
        case .passed: "the rule '\(rule)' passed, and was expected to fail"
        case .reason: "the rule '\(rule)' failed for another reason than was expected"
        case .consequence: "the rule '\(rule)' failed as expected, and leads to \(difference.consequence?.rawValue ?? "")"
        case .unknown:
            "the policy has no rule '\(rule)'" + (difference.suggestion.map { "; did you mean '\($0)'?" } ?? "")
        }
    }

    var json: JSONValue {
        .members([
            "case": .string(result.testCase.id), "line": JSONValue(result.testCase.line), "passed": .bool(result.passed),
            "outcome": .string(result.decision.outcome.rawValue),
            "expected": result.passed ? nil : result.testCase.expected.json,
            "differences": result.passed ? nil : JSONValue(result.differences),
            "rules": result.passed ? nil : .array(result.differingRules.map(\.json)),
            "explanation": result.passed && !isTraced ? nil : result.explanation.json,
        ])
    }
}

extension PolicyTestCase.Expectation {
    fileprivate var json: JSONValue {
        .members([
            "outcome": .string(outcome.rawValue), "approvals": approvals.map { JSONValue($0) },
            "failing": .array(
                failing.map { failure in
                    .members([
                        "rule": .string(failure.rule.rawValue), "error": failure.code.map { .string($0.rawValue) },
                        "parameters": failure.parameters.isEmpty ? nil : failure.parameters.json,
                    ])
                }),
        ])
    }
}

extension RuleDifference {
    fileprivate var json: JSONValue {
        .members([
            "rule": .string(rule.rawValue), "difference": .string(kind.rawValue),
            "consequence": consequence.map { .string($0.rawValue) }, "didYouMean": suggestion.map { .string($0.rawValue) },
            "expressions": .array(
                expressions.map { expression in
                    .members([
                        "parameter": expression.parameter.map { .string($0) }, "text": .string(expression.text),
                        "value": .string(expression.value.description),
                        "failed": expression.value.isFailure ? .bool(true) : nil,
                        "reads": .array(
                            expression.readings.map { reading in
                                .members([
                                    "name": .string(reading.name), "value": .string(reading.value.description),
                                    "failed": reading.value.isFailure ? .bool(true) : nil,
                                ])
                            }),
                    ])
                }),
        ])
    }
}
