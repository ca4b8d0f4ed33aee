import Canonical

// A decision as it is recorded: {"approvals":1,"failed":[…],"outcome":"review","passed":["rule",…],"policy":"hex"}. Where the policy
// does not disclose every reason as itself, there is "disclosed":[…] too: what clients are told.

extension Decision {
    /// Writes the decision as one canonical value.
    package func write(to writer: inout CanonicalJSONWriter) {
        writer.object { writer in
            writer.member("approvals", Int64(approvalsRequired))
            if let disclosed {
                writer.member(
                    "disclosed",
                    array: { writer in
                        for reason in disclosed { reason.write(to: &writer) }
                    })
            }
            writer.member(
                "failed",
                array: { writer in
                    for ruling in rulings { ruling.reason?.write(to: &writer) }
                })
            writer.member("outcome", outcome.rawValue)
            writer.member(
                "passed",
                array: { writer in
                    for ruling in rulings where ruling.passed { writer.value(ruling.rule.rawValue) }
                })
            writer.member("policy", policy.description)
        }
    }

    /// Reads a decision. Its rulings come with those that passed first, since the order of rules is the policy's to know.
    /// Throws `decision-invalid`.
    package init(json: JSONValue) throws(PolicyError) {
        guard let outcome = json["outcome"]?.stringValue.flatMap(Outcome.init(rawValue:)),
            let policy = json["policy"]?.stringValue.flatMap({ Digest(hex: $0) }),
            let approvals = json["approvals"]?.integerValue, let failed = json["failed"]?.arrayValue,
            let passed = json["passed"]?.arrayValue
        else { throw Self.invalid("outcome, policy, approvals, failed and passed are needed") }
        var rulings: [Ruling] = []
        for rule in passed {
            guard let id = rule.stringValue else { throw Self.invalid("passed must name rules") }
            rulings.append(Ruling(passed: RuleID(rawValue: id)))
        }
        for reason in failed { rulings.append(Ruling(failed: try Reason(json: reason))) }
        var disclosed: [StatedReason]?
        if let told = json["disclosed"] {
            guard let told = told.arrayValue else { throw Self.invalid("disclosed must be a list") }
            disclosed = []
            for reason in told { disclosed?.append(try StatedReason(json: reason)) }
        }
        self.init(
            outcome: outcome, policy: policy, rulings: rulings, approvalsRequired: Int(approvals), disclosed: disclosed)
    }

    fileprivate static func invalid(_ message: String) -> PolicyError {
        PolicyError(
            code: .decisionInvalid, problems: [Problem(file: "decision", line: 0, column: 0, message: message)])
    }
}

extension Reason {
    fileprivate func write(to writer: inout CanonicalJSONWriter) {
        writer.object { writer in
            writer.member("code", code.rawValue)
            writer.member("consequence", consequence.rawValue)
            if let evaluationFailure { writer.member("failure", evaluationFailure) }
            writer.name("parameters")
            parameters.write(to: &writer)
            writer.member("rule", rule.rawValue)
        }
    }

    fileprivate init(json: JSONValue) throws(PolicyError) {
        guard let code = json["code"]?.stringValue.flatMap(ReasonCode.init(rawValue:)),
            let consequence = json["consequence"]?.stringValue.flatMap(Consequence.init(rawValue:)),
            let rule = json["rule"]?.stringValue, let parameters = json["parameters"].flatMap(ErrorParameters.init(json:))
        else { throw Decision.invalid("a failed rule needs code, consequence, parameters and rule") }
        self.init(
            rule: RuleID(rawValue: rule), consequence: consequence, code: code, parameters: parameters,
            evaluationFailure: json["failure"]?.stringValue)
    }
}

extension StatedReason {
    fileprivate func write(to writer: inout CanonicalJSONWriter) {
        writer.object { writer in
            writer.member("code", code.rawValue)
            if let consequence { writer.member("consequence", consequence.rawValue) }
            writer.name("parameters")
            parameters.write(to: &writer)
        }
    }

    fileprivate init(json: JSONValue) throws(PolicyError) {
        guard let code = json["code"]?.stringValue.flatMap(ReasonCode.init(rawValue:)),
            let parameters = json["parameters"].flatMap(ErrorParameters.init(json:))
        else { throw Decision.invalid("a disclosed reason needs code and parameters") }
        self.init(code, parameters, consequence: json["consequence"]?.stringValue.flatMap(Consequence.init(rawValue:)))
    }
}
