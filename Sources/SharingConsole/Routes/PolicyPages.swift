import Canonical
import DeviceSharing
import EligibilityPolicy
import HTTPEdge
import SharingEngine
import SharingLog

/// The policy in force in words and as text, its history as differences, and its own cases.
enum PolicyPages {
    static let all = [active, tests, one]

    static let path = "/console/policies"
    static let readers: [Role] = [.compliance, .auditor, .operator]
    /// Activations on the page, at most.
    private static let maximumActivations = 50

    private static let active = ConsoleRoute.page(path, for: readers, menu: "policies") { call in
        let history = try await call.engine.policyHistory()
        guard let policy = call.engine.activePolicy, let newest = history.last else { throw EngineError(.noActivePolicy) }
        let changes = PolicyChangeText(call: call)
        return try call.page(
            "policies", title: call.say("policies.title"),
            .members([
                "since": call.moment(newest.recordedAt), "by": .string(newest.actor ?? "?"),
                "log": LogPages.link(call, to: newest.position, of: .policyActivated),
                "words": PolicyWords(call: call, policy: policy, now: try call.engine.now()).json,
                "backtest": call.link(to: BacktestPages.form), "hasMore": .bool(history.count > maximumActivations),
                "history": .array(
                    history.suffix(maximumActivations).reversed().map { entry in
                        .members([
                            "when": call.moment(entry.recordedAt), "position": .string(entry.position.description),
                            "log": LogPages.link(call, to: entry.position, of: .policyActivated),
                            "actor": .string(entry.actor ?? "?"),
                            "name": .string("\(entry.activation.name) \(entry.activation.version)"),
                            "link": .string("\(path)/\(entry.activation.digest)"),
                            "digest": .string(String(entry.activation.digest.description.prefix(12))),
                            "isFirst": .bool(entry.position == history.first?.position),
                            "isUnreadable": .bool(entry.policy == nil),
                            "isSame": .bool(entry.changes?.isEmpty == true),
                            "changes": .array((entry.changes ?? []).map(changes.json)),
                        ])
                    }),
            ]))
    }

    /// A policy of any time, by its digest.
    private static let one = ConsoleRoute.page(path + "/{digest}", for: readers) { call in
        guard let digest = call.path["digest"].flatMap({ Digest(hex: $0) }),
            let policy = try await call.engine.policy(digest)
        else { throw ProblemDetails(.routeNotFound) }
        let title = "\(policy.name) \(policy.version)"
        return try call.page(
            "policy", title: title,
            [
                "heading": .string(title), "isActive": .bool(call.engine.activePolicy?.digest == digest),
                "words": PolicyWords(call: call, policy: policy, now: try call.engine.now()).json,
            ])
    }

    /// The cases that come with the program, on the policy in force.
    private static let tests = ConsoleRoute.page(path + "/tests", for: readers) { call in
        guard let policy = call.engine.activePolicy else { throw EngineError(.noActivePolicy) }
        let suite = try Installation.defaultPolicyCases()
        let results = suite.run(on: policy)
        let coverage = suite.coverage(on: policy)
        let failed = results.filter { !$0.passed }.count
        return try call.page(
            "policy-tests", title: call.say("policy-tests.title"),
            [
                "policy": .string("\(policy.name) \(policy.version)"), "hasFailures": .bool(failed > 0),
                "summary": .string(
                    call.say(
                        "policy-tests.summary",
                        ["passed": String(results.count - failed), "count": String(results.count)])),
                "coverage": .string(
                    call.say(
                        "policy-tests.coverage", ["covered": String(coverage.covered), "total": String(coverage.total)])),
                "hasGaps": .bool(!coverage.gaps.isEmpty),
                "gaps": .array(
                    coverage.gaps.map { gap in
                        [
                            "rule": .string(gap.rule.rawValue), "condition": .string(gap.condition ?? gap.rule.rawValue),
                            "value": .string(call.yesOrNo(gap.value)),
                        ]
                    }),
                "cases": .array(
                    results.map { result in
                        [
                            "id": .string(result.testCase.id), "line": .string(String(result.testCase.line)),
                            "label": .string(call.say(result.passed ? "policy-tests.passed" : "policy-tests.failed")),
                            "class": (result.passed ? Badge.good : .bad).json,
                            "outcome": .string(call.name(result.decision.outcome)),
                            "differences": JSONValue(result.differences),
                        ]
                    }),
            ])
    }
}
