import Canonical

extension Decision {
    /// The decision as programs are told of it, rule by rule in the order of the policy.
    ///
    /// - Parameter withFailures: with the message of an expression that could not be evaluated, which is for whoever works on
    ///   the policy and not for a client.
    package func report(withFailures: Bool) -> JSONValue {
        .members([
            "outcome": .string(outcome.rawValue), "policy": .string(policy.description),
            "approvals": .integer(Int64(approvalsRequired)), "disclosed": disclosed.map(StatedReason.json),
            "rulings": .array(
                rulings.map { ruling in
                    .members([
                        "rule": .string(ruling.rule.rawValue), "passed": .bool(ruling.passed),
                        "consequence": ruling.reason.map { .string($0.consequence.rawValue) },
                        "code": ruling.reason.map { .string($0.code.rawValue) },
                        "parameters": ruling.reason?.parameters.json,
                        "failure": withFailures ? ruling.reason?.evaluationFailure.map { .string($0) } : nil,
                    ])
                }),
        ])
    }
}

extension StatedReason {
    /// Reasons as programs are told of them.
    package static func json(_ reasons: [StatedReason]) -> JSONValue {
        .array(reasons.map { ["code": .string($0.code.rawValue), "parameters": $0.parameters.json] })
    }
}
