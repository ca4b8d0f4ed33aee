extension PolicyDiff {
    /// Everything that differs, in the order of the file.
    package static func changes(_ old: Policy, _ new: Policy) -> [PolicyChange] {
        var header = Details()
        header.add(.name, old.name, new.name)
        header.add(.version, old.version, new.version)
        var pending = Details()
        pending.add(old.pending, new.pending)
        var changes: [PolicyChange] = []
        if let change = header.change(of: .policy) { changes.append(change) }
        if let change = pending.change(of: .pending) { changes.append(change) }
        changes += self.changes(old.inputs, new.inputs, .input, id: \.id) { old, new, details in
            details.add(.title, old.title, new.title)
            details.add(.type, "\(old.type.name) (\(old.type.summary))", "\(new.type.name) (\(new.type.summary))")
            details.add(.isRequired, old.isRequired, new.isRequired)
            details.add(.fallback, old.fallback.description, new.fallback.description)
        }
        changes += self.changes(old.counters, new.counters, .counter, id: \.id) { old, new, details in
            details.add(.title, old.title, new.title)
            details.add(.counted, old.counter.description, new.counter.description)
        }
        changes += self.changes(old.constants, new.constants, .constant, id: \.name) { old, new, details in
            details.add(.value, old.expression, new.expression)
        }
        changes += self.changes(old.variables, new.variables, .variable, id: \.name) { old, new, details in
            details.add(.expression, old.expression, new.expression)
        }
        changes += self.changes(old.catalog.kinds, new.catalog.kinds, .deviceKind, id: \.id.rawValue, compare)
        changes += self.changes(old.reasons.reasons, new.reasons.reasons, .ownReason, id: \.id.rawValue, compare)
        changes += self.changes(old.reasons.disclosures, new.reasons.disclosures, .disclosure, id: \.code.rawValue) {
            old, new, details in
            details.add(.disclosedAs, old.disclosure.description, new.disclosure.description)
        }
        changes += self.changes(old.rules, new.rules, .rule, id: \.id.rawValue, compare)
        changes += self.changes(old.exemptions, new.exemptions, .exemption, id: \.id, compare)
        changes += self.changes(old.rejectionReasons, new.rejectionReasons, .rejectionReason, id: \.id.rawValue) {
            old, new, details in
            details.add(.title, old.title, new.title)
            details.add(.disclosedAs, old.disclosure.description, new.disclosure.description)
        }
        return changes
    }

    private static func compare(_ old: DeviceKind, _ new: DeviceKind, _ details: inout Details) {
        details.add(.title, old.title, new.title)
        details.add(.level, old.level.description, new.level.description)
        details.add(.isShareable, old.isShareable, new.isShareable)
        details.add(.isPhysical, old.isPhysical, new.isPhysical)
        details.add(.isTemporary, old.isTemporary, new.isTemporary)
        details.add(.isRetired, old.isRetired, new.isRetired)
    }

    private static func compare(_ old: PolicyReason, _ new: PolicyReason, _ details: inout Details) {
        details.add(.title, old.title, new.title)
        details.add(.message, old.message, new.message)
        details.add(.advice, old.advice, new.advice)
        for name in Set((old.parameters + new.parameters).map(\.name)).sorted() {
            func kind(_ reason: PolicyReason) -> String { reason.parameters.first { $0.name == name }?.kind.rawValue ?? "none" }
            details.add(.parameter, of: name, kind(old), kind(new))
        }
        details.add(.disclosedAs, old.disclosure.description, new.disclosure.description)
    }

    private static func compare(_ old: Rule, _ new: Rule, _ details: inout Details) {
        func names(_ moments: [EvaluationMoment]) -> String { moments.map(\.rawValue).joined(separator: ", ") }
        details.add(.title, old.title, new.title)
        details.add(.requirement, old.expression, new.expression)
        details.add(.consequence, old.consequence.rawValue, new.consequence.rawValue)
        details.add(.approvals, String(old.approvals), String(new.approvals))
        details.add(.error, old.code.rawValue, new.code.rawValue)
        details.add(.moments, names(old.moments), names(new.moments))
        details.add(.from, old.from?.description ?? "always", new.from?.description ?? "always")
        details.add(.until, old.until?.description ?? "always", new.until?.description ?? "always")
        if old.pending != new.pending { details.add(old.pending, new.pending) }
        let names = Set(old.parameters.map(\.name)).union(new.parameters.map(\.name)).sorted()
        for name in names {
            func expression(_ rule: Rule) -> String { rule.parameters.first { $0.name == name }?.expression ?? "none" }
            details.add(.parameter, of: name, expression(old), expression(new))
        }
    }

    private static func compare(_ old: Exemption, _ new: Exemption, _ details: inout Details) {
        func names(_ rules: [RuleID]) -> String { rules.map(\.rawValue).sorted().joined(separator: ", ") }
        details.add(.rules, names(old.rules), names(new.rules))
        details.add(.users, "\(old.requester) with a device of \(old.owner)", "\(new.requester) with a device of \(new.owner)")
        details.add(.until, old.until.description, new.until.description)
        details.add(.reason, old.reason, new.reason)
    }

    /// What was removed, added, changed, and whether those that stay stand in another order.
    private static func changes<Element>(
        _ old: [Element], _ new: [Element], _ part: PolicyChange.Part, id: (Element) -> String,
        _ compare: (Element, Element, inout Details) -> Void
    ) -> [PolicyChange] {
        let before = Dictionary(old.map { (id($0), $0) }, uniquingKeysWith: { first, _ in first })
        let after = Set(new.map(id))
        var changes = old.filter { !after.contains(id($0)) }.map {
            PolicyChange(kind: .removed, part: part, id: id($0), details: [])
        }
        for element in new {
            guard let earlier = before[id(element)] else {
                changes.append(PolicyChange(kind: .added, part: part, id: id(element), details: []))
                continue
            }
            var details = Details()
            compare(earlier, element, &details)
            if let change = details.change(of: part, id(element)) { changes.append(change) }
        }
        let kept = new.map(id).filter { before[$0] != nil }
        if kept != old.map(id).filter({ after.contains($0) }) {
            let order = PolicyChange.Detail(
                aspect: .order, name: "", old: old.map(id).joined(separator: ", "), new: new.map(id).joined(separator: ", "))
            changes.append(PolicyChange(kind: .moved, part: part, id: "", details: [order]))
        }
        return changes
    }

    /// Collects how one thing changed.
    private struct Details {
        private var all: [PolicyChange.Detail] = []

        mutating func add(_ aspect: PolicyChange.Aspect, of name: String = "", _ old: String, _ new: String) {
            if old != new { all.append(PolicyChange.Detail(aspect: aspect, name: name, old: old, new: new)) }
        }

        /// Nil for the policy's own.
        mutating func add(_ old: PendingTimes?, _ new: PendingTimes?) {
            func escalation(_ times: PendingTimes?) -> String {
                times.map { $0.escalation?.inHours ?? "never" } ?? "as the policy says"
            }
            add(.lapse, old?.expiry.inHours ?? "as the policy says", new?.expiry.inHours ?? "as the policy says")
            add(.escalation, escalation(old), escalation(new))
        }

        mutating func add(_ aspect: PolicyChange.Aspect, _ old: Bool, _ new: Bool) {
            add(aspect, old ? "yes" : "no", new ? "yes" : "no")
        }

        mutating func add(_ aspect: PolicyChange.Aspect, _ old: LocalizedText, _ new: LocalizedText) {
            for language in Language.allCases { add(aspect, of: language.rawValue, old[language], new[language]) }
        }

        func change(of part: PolicyChange.Part, _ id: String = "") -> PolicyChange? {
            all.isEmpty ? nil : PolicyChange(kind: .changed, part: part, id: id, details: all)
        }
    }
}

extension Duration {
    /// As policy files write it, to the second: `1h30m`.
    fileprivate var inHours: String {
        let seconds = components.seconds
        let parts = [(seconds / 3_600, "h"), (seconds / 60 % 60, "m"), (seconds % 60, "s")].filter { $0.0 != 0 }
        return parts.isEmpty ? "0s" : parts.map { "\($0.0)\($0.1)" }.joined()
    }
}
