import Canonical
import DeviceSharing
import EligibilityPolicy

/// A policy in words: its rules, its kinds of devices, its names and times. The template is `policy-words.mustache`.
struct PolicyWords {
    let call: ConsoleCall
    let policy: Policy
    /// For what lapses.
    let now: Timestamp

    var json: JSONValue {
        .members([
            "name": .string("\(policy.name) \(policy.version)"), "digest": .string(policy.digest.description),
            "expiry": .string(call.span(policy.pending.expiry)),
            "escalation": policy.pending.escalation.map { .string(call.span($0)) },
            "rules": .array(policy.rules.map(rule)), "kinds": .array(policy.catalog.kinds.map(kind)),
            "exemptions": .array(policy.exemptions.map(exemption)), "hasExemptions": .bool(!policy.exemptions.isEmpty),
            "table": PolicyTableView(call: call, policy: policy).json,
            "names": .array(
                (policy.constants + policy.variables).map { name, expression in
                    ["name": .string(name), "expression": .string(expression)]
                }),
            "hasNames": .bool(!policy.constants.isEmpty || !policy.variables.isEmpty),
            "inputs": .array(policy.inputs.map(input)), "hasInputs": .bool(!policy.inputs.isEmpty),
            "counters": .array(policy.counters.map(counter)), "hasCounters": .bool(!policy.counters.isEmpty),
            "ownReasons": .array(policy.reasons.reasons.map(ownReason) + policy.reasons.disclosures.map(disclosure)),
            "hasOwnReasons": .bool(!policy.reasons.reasons.isEmpty || !policy.reasons.disclosures.isEmpty),
            "reasons": .array(policy.rejectionReasons.map(rejectionReason)),
            "hasReasons": .bool(!policy.rejectionReasons.isEmpty), "source": .string(policy.source),
        ])
    }

    private func rule(_ rule: Rule) -> JSONValue {
        .members([
            "id": .string(rule.id.rawValue), "title": .string(rule.title[call.reader.language]),
            "expression": .string(rule.expression),
            "otherwise": .string(call.name(rule.consequence)),
            "class": Badge(rule.consequence).json, "life": JSONValue(life(of: rule)),
            "from": call.moment(rule.from), "until": call.moment(rule.until),
            "approvals": rule.consequence == .review && rule.approvals > 1
                ? .string(call.say("decision.approvals", ["count": String(rule.approvals)])) : nil,
            "error": .string(call.words.under(policy).title(of: rule.code)),
        ])
    }

    /// Where the rule acts, where that is not everywhere, and how long the requests that it holds stay pending.
    private func life(of rule: Rule) -> [String] {
        let moments = rule.moments.map { call.say("policy-life.\($0)") }
        return [
            rule.isUsual
                ? nil : call.say("policy-life.only", ["moments": call.list(moments)]),
            rule.pending.map { call.say("policy-life.expiry", ["span": call.span($0.expiry)]) },
        ].compactMap { $0 }
    }

    private func counter(_ counter: PolicyCounter) -> JSONValue {
        [
            "id": .string(counter.id), "title": .string(counter.title[call.reader.language]),
            "counts": .string(counter.counter.description),
        ]
    }

    private func input(_ input: PolicyInput) -> JSONValue {
        [
            "id": .string(input.id), "title": .string(input.title[call.reader.language]),
            "values": .string(input.type.summary), "default": .string(input.fallback.description),
            "isRequired": .bool(input.isRequired),
        ]
    }

    private func ownReason(_ reason: PolicyReason) -> JSONValue {
        let language = call.reader.language
        return [
            "id": .string(reason.id.rawValue), "title": .string(reason.title[language]),
            "message": .string(reason.message[language]), "advice": .string(reason.advice[language]),
            "disclosedAs": .string(name(policy.reasons.disclosure(of: .ofPolicy(reason.id)))),
        ]
    }

    /// Of one of the program's own codes.
    private func disclosure(_ code: SharingErrorCode, _ disclosure: Disclosure) -> JSONValue {
        [
            "id": .string(code.rawValue), "title": .string(call.title(of: .builtIn(code))), "message": "", "advice": "",
            "disclosedAs": .string(name(policy.reasons.disclosure(of: .builtIn(code)))),
        ]
    }

    private func rejectionReason(_ reason: RejectionReason) -> JSONValue {
        [
            "id": .string(reason.id.rawValue), "title": .string(reason.title[call.reader.language]),
            "disclosedAs": .string(told(reason)),
        ]
    }

    private func told(_ reason: RejectionReason) -> String {
        guard let told = policy.disclosed(reason) else { return name(.another(.builtIn(Audience.neutralReason))) }
        if told == reason.id.rawValue { return name(.itself) }
        return ReasonCode(rawValue: told).map { name(.another($0)) } ?? told
    }

    private func name(_ disclosure: Disclosure) -> String {
        switch disclosure {
        case .itself: call.say("policies.disclosed-itself")
        case .nothing: call.say("policies.disclosed-nothing")
        case .another(let code): call.words.under(policy).title(of: code)
        }
    }

    private func exemption(_ exemption: Exemption) -> JSONValue {
        let state = exemption.state(at: now)
        return .members([
            "id": .string(exemption.id), "rules": .string(exemption.rules.map(\.rawValue).joined(separator: ", ")),
            "users": .string(
                call.say("exemption.pair", ["requester": exemption.requester, "owner": exemption.owner])),
            "until": call.moment(exemption.until), "reason": .string(exemption.reason),
            "state": state == .standing ? nil : .string(call.say("exemption.\(state.rawValue)")),
            "class": (state == .lapsed ? Badge.bad : .warn).json,
        ])
    }

    private func kind(_ kind: DeviceKind) -> JSONValue {
        [
            "id": .string(kind.id.rawValue), "title": .string(kind.title[call.reader.language]),
            "level": .string(String(kind.level.rawValue)), "isShareable": .string(call.yesOrNo(kind.isShareable)),
            "isPhysical": .string(call.yesOrNo(kind.isPhysical)), "isTemporary": .string(call.yesOrNo(kind.isTemporary)),
        ]
    }
}

/// How two policies differ, in words.
struct PolicyChangeText {
    let call: ConsoleCall

    func json(_ change: PolicyChange) -> JSONValue {
        [
            "kind": .string(call.say("policy-change.\(change.kind.rawValue)")), "class": badge(change.kind).json,
            "part": .string(call.say("policy-part.\(change.part)")), "id": .string(change.id),
            "details": .array(change.details.map(detail)),
        ]
    }

    private func badge(_ kind: PolicyChange.Kind) -> Badge {
        switch kind {
        case .added: .good
        case .removed: .bad
        case .changed, .moved: .info
        }
    }

    private func detail(_ detail: PolicyChange.Detail) -> JSONValue {
        [
            "aspect": .string(call.say("policy-aspect.\(detail.aspect)")), "name": .string(detail.name),
            "old": .string(detail.old), "new": .string(detail.new),
        ]
    }
}
