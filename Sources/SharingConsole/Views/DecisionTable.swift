import Canonical
import DeviceSharing
import EligibilityPolicy
import SharingEngine

/// A decision rule by rule: what each said in words, and the values that it saw. The template is `decision.mustache`.
struct DecisionTable {
    let call: ConsoleCall
    let view: DecisionView
    /// What the policy says of the facts as they are now; nil where there is nothing to compare with.
    var today: DecisionView?

    var json: JSONValue {
        let decision = view.decision
        return .members([
            "outcome": .string(call.name(decision.outcome)), "class": Badge(decision.outcome).json,
            "policy": .string(policyName), "policyDigest": .string(decision.policy.description),
            "approvals": decision.approvalsRequired > 1
                ? .string(call.say("decision.approvals", ["count": String(decision.approvalsRequired)])) : nil,
            "isUnknownPolicy": .bool(view.reading == nil),
            "disclosed": disclosed, "hasReasons": .bool(!decision.reasons.isEmpty),
            "reasons": .array(decision.reasons.map(reason)),
            "rules": .array(rules.map(row)),
        ])
    }

    private var policyName: String {
        view.reading.map { "\($0.policy.name) \($0.policy.version)" } ?? String(view.decision.policy.description.prefix(12))
    }

    /// In the order of the policy, with those behind that only today's policy has.
    private var rules: [RuleID] {
        let then = view.reading?.rules.map(\.rule.id) ?? view.decision.rulings.map(\.rule)
        return then + (today?.decision.rulings.map(\.rule).filter { !then.contains($0) } ?? [])
    }

    /// What portals are told, where the policy does not disclose every reason as itself.
    private var disclosed: JSONValue? {
        guard let disclosed = view.decision.disclosed else { return nil }
        let titles = disclosed.map { call.text(of: $0, under: view.reading?.policy).title }
        return .string(call.say("decision.disclosed", ["reasons": call.list(titles)]))
    }

    private func reason(_ reason: Reason) -> JSONValue {
        let text = call.text(of: StatedReason(reason), under: view.reading?.policy)
        return [
            "title": .string(text.title), "detail": .string(text.detail), "advice": .string(text.advice),
            "class": Badge(Ruling(failed: reason)).json,
        ]
    }

    private func row(_ rule: RuleID) -> JSONValue {
        let then = view.decision.rulings.first { $0.rule == rule }
        let now = today?.decision.rulings.first { $0.rule == rule }
        let hasChanged = today != nil && then != now
        return .members([
            "rule": .string(rule.rawValue), "then": ruling(then, of: rule, in: view),
            "now": hasChanged ? ruling(now, of: rule, in: today) : nil,
        ])
    }

    /// A rule's own title says what is so where it passes; where it does not, the error's title stands in its place.
    private func ruling(_ ruling: Ruling?, of rule: RuleID, in view: DecisionView?) -> JSONValue {
        guard let ruling else {
            return ["label": .string(call.say("decision.no-such-rule")), "class": "", "title": .string(title(of: rule))]
        }
        let error = ruling.reason.map { call.text(of: StatedReason($0), under: view?.reading?.policy) }
        let label = ruling.reason.map { call.name($0.consequence) } ?? call.say("decision.passes")
        let reading = view?.reading?.rules.first { $0.rule.id == ruling.rule }
        let steps = reading?.steps ?? []
        return .members([
            "label": .string(label), "class": Badge(ruling).json, "title": .string(error?.title ?? title(of: rule)),
            "message": error.map { .string($0.detail) }
                ?? (reading?.exclusion).map { .string(call.say("decision.does-not-act", ["why": $0.description])) },
            "failure": (ruling.reason?.evaluationFailure).map { .string($0) },
            "hasSteps": .bool(!steps.isEmpty),
            "steps": .array(
                steps.map { step in
                    [
                        "text": .string(step.text), "value": .string(step.value),
                        "depth": .string("depth-\(min(step.depth, 5))"), "isFailure": .bool(step.isFailure),
                    ]
                }),
        ])
    }

    private func title(of rule: RuleID) -> String {
        let rules = (view.reading?.policy.rules ?? []) + (today?.reading?.policy.rules ?? [])
        return rules.first { $0.id == rule }?.title[call.reader.language] ?? rule.rawValue
    }
}
