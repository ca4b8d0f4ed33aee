import Canonical
import EligibilityPolicy

/// What came of one case, for its author.
struct CaseReport {
    private let result: CaseResult
    private let words: AuthorWords
    /// Whether every rule is shown with the value of each part of its expression.
    private let isTraced: Bool

    init(_ result: CaseResult, isTraced: Bool, in words: AuthorWords) {
        self.result = result
        self.words = words
        self.isTraced = isTraced
    }

    /// A heading; what was expected and what came instead; the rules that decided otherwise; every rule.
    var lines: [String] {
        let heading = words.say(
            result.passed ? .testPassed : .testFailed, ["case": result.testCase.id, "line": String(result.testCase.line)])
        var lines = result.found.map(sentence) + result.differingRules.flatMap { self.lines(of: $0) }
        if isTraced { lines += [words.say(.everyRule)] + result.explanation.rules.flatMap(trace).map { "    " + $0 } }
        return [heading] + lines.map { "    " + $0 }
    }

    private func sentence(of difference: CaseDifference) -> String {
        func list(_ rules: [RuleID]) -> String {
            rules.isEmpty ? words.say(.none) : rules.map(\.rawValue).joined(separator: ", ")
        }
        switch difference {
        case .input(let refused):
            return words.say(.inputRefused, ["name": refused.input ?? "–", "problem": refused.problem])
        case .counter(let counter): return words.say(.counterUnknown, ["counter": counter.description])
        case .outcome(let expected, let got):
            return words.say(.expectedOutcome, ["expected": words.name(expected), "got": words.name(got)])
        case .approvals(let expected, let got):
            return words.say(.expectedApprovals, ["expected": String(expected), "got": String(got)])
        case .failingRules(let expected, let got):
            return words.say(.expectedRules, ["expected": list(expected), "got": list(got)])
        case .error(let rule, let expected, let got):
            return words.say(
                .expectedError, ["rule": rule.rawValue, "expected": expected.rawValue, "got": got.rawValue])
        case .parameter(let rule, let name, let expected, let got):
            return words.say(
                .expectedParameter,
                [
                    "rule": rule.rawValue, "name": name, "expected": expected.description,
                    "got": got?.description ?? words.say(.none),
                ])
        }
    }

    // MARK: Rules that decided otherwise

    private func lines(of difference: RuleDifference) -> [String] {
        var lines = [sentence(of: difference)]
        if let reason = result.decision.reasons.first(where: { $0.rule == difference.rule }) {
            lines.append("    \(reason.code): \(words.words.message(StatedReason(reason)))")
        }
        for expression in difference.expressions {
            let name = expression.parameter.map { "\($0): " } ?? ""
            lines.append("    " + name + words.value(expression.text, text(of: expression.value)))
            for reading in expression.readings where reading.name != expression.text {
                lines.append("        " + words.value(reading.name, text(of: reading.value)))
            }
        }
        return lines
    }

    private func text(of value: EvaluatedExpression.Value) -> String {
        value.isFailure ? words.say(.error, ["error": value.description]) : value.description
    }

    private func sentence(of difference: RuleDifference) -> String {
        let title = result.policy.rules.first { $0.id == difference.rule }.map(words.words.title) ?? ""
        let parameters = ["rule": difference.rule.rawValue, "title": title]
        return switch difference.kind {
        case .failed: words.say(.ruleFailed, parameters)
        case .passed: words.say(.rulePassed, parameters)
        case .reason: words.say(.ruleReason, parameters)
        case .consequence:
            words.say(
                .ruleConsequence,
                parameters.merging(["consequence": difference.consequence.map(words.name) ?? ""]) { $1 })
        case .unknown:
            words.say(
                difference.suggestion == nil ? .ruleUnknown : .ruleSimilar,
                parameters.merging(["similar": difference.suggestion?.rawValue ?? ""]) { $1 })
        }
    }

    // MARK: Every rule

    private func trace(_ rule: RuleExplanation) -> [String] {
        let details = [words.reason(of: rule), words.failure(of: rule)].compactMap { $0 }
        return [words.heading(of: rule)] + details.map { "    " + $0 } + words.steps(of: rule).map(\.text)
    }

    // MARK: JSON

    var json: JSONValue {
        .members([
            "case": .string(result.testCase.id), "line": JSONValue(result.testCase.line), "passed": .bool(result.passed),
            "outcome": .string(result.decision.outcome.rawValue),
            "expected": result.passed ? nil : result.testCase.expected.json,
            "differences": result.passed ? nil : JSONValue(result.found.map(sentence)),
            "rules": result.passed ? nil : .array(result.differingRules.map(json)),
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

extension CaseReport {
    private func json(_ difference: RuleDifference) -> JSONValue {
        .members([
            "rule": .string(difference.rule.rawValue), "difference": .string(difference.kind.rawValue),
            "sentence": .string(sentence(of: difference)),
            "consequence": difference.consequence.map { .string($0.rawValue) },
            "didYouMean": difference.suggestion.map { .string($0.rawValue) },
            "expressions": .array(
                difference.expressions.map { expression in
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
