/// One way in which what came of a case is not what it expects.
package enum CaseDifference: Hashable, Sendable {
    /// The case has an input that the policy does not take.
    case input(RefusedInput)
    /// The case has a counter that the policy does not use.
    case counter(HistoryCounter)
    case outcome(expected: Outcome, got: Outcome)
    case approvals(expected: Int, got: Int)
    /// Other rules failed, or the same in another order: rejections come first.
    case failingRules(expected: [RuleID], got: [RuleID])
    case error(rule: RuleID, expected: ReasonCode, got: ReasonCode)
    case parameter(rule: RuleID, name: String, expected: ParameterValue, got: ParameterValue?)
}

extension CaseDifference: CustomStringConvertible {
    package var description: String {
        switch self {
        case .input(let refused): return "the input \(refused.input ?? "of another name") of the case \(refused.problem)"
        case .counter(let counter): return "the policy does not count \(counter)"
        case .outcome(let expected, let got): return "expected \(expected.rawValue), got \(got.rawValue)"
        case .approvals(let expected, let got): return "expected \(expected) approvals, got \(got)"
        case .failingRules(let expected, let got):
            func list(_ rules: [RuleID]) -> String { rules.isEmpty ? "none" : rules.map(\.rawValue).joined(separator: ", ") }
            return "expected failing rules: \(list(expected)); got: \(list(got))"
        case .error(let rule, let expected, let got): return "\(rule): expected the error \(expected), got \(got)"
        case .parameter(let rule, let name, let expected, let got):
            return "\(rule): expected \(name) \(expected), got \(got?.description ?? "none")"
        }
    }
}

extension PolicyTestCase.Expectation {
    /// Everything in which a decision is not as expected; empty where it is.
    package func differences(from decision: Decision) -> [CaseDifference] {
        var differences: [CaseDifference] = []
        if decision.outcome != outcome { differences.append(.outcome(expected: outcome, got: decision.outcome)) }
        if let approvals, decision.approvalsRequired != approvals {
            differences.append(.approvals(expected: approvals, got: decision.approvalsRequired))
        }
        let reasons = decision.reasons
        if reasons.map(\.rule) != failing.map(\.rule) {
            differences.append(.failingRules(expected: failing.map(\.rule), got: reasons.map(\.rule)))
        }
        for expected in failing {
            guard let reason = reasons.first(where: { $0.rule == expected.rule }) else { continue }
            if let code = expected.code, reason.code != code {
                differences.append(.error(rule: expected.rule, expected: code, got: reason.code))
            }
            for (name, value) in expected.parameters where reason.parameters[name] != value {
                differences.append(
                    .parameter(rule: expected.rule, name: name, expected: value, got: reason.parameters[name]))
            }
        }
        return differences
    }
}
