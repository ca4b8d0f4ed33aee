/// A small policy whose rules a test writes.
package enum ExamplePolicy {
    /// - Parameters:
    ///   - rules: YAML of the list's elements, not indented.
    ///   - reasons: YAML of the keys `reasons` and `disclosures`.
    ///   - rejectionReasons: YAML of the list's elements.
    package static func text(
        constants: String = "", variables: String = "", rules: String, exemptions: String = "", reasons: String = "",
        inputs: String = "", counters: String = "",
        rejectionReasons: String = "  - {id: other, title: {en: Other, zh-Hant: 其他, zh-Hans: 其他}}"
    ) -> String {
        """
        policy: {name: example, version: "1"}
        pending: {expiresAfter: 24h, escalatesAfter: 8h}
        \(inputs.isEmpty ? "" : "inputs:\n\(inputs)")
        \(counters.isEmpty ? "" : "counters:\n\(counters)")
        constants: \(constants)
        variables: \(variables)
        devices:
          - {id: card, title: {en: Card, zh-Hant: 卡, zh-Hans: 卡}, level: 10}
          - {id: pad, title: {en: Pad, zh-Hant: 平板, zh-Hans: 平板}, level: 20}
          - {id: app, title: {en: App, zh-Hant: 程式, zh-Hans: 程序}, level: 15, physical: false, shareable: false}
          - {id: code, title: {en: Code, zh-Hant: 代碼, zh-Hans: 代码}, level: 1, shareable: false, temporary: true, physical: false}
        rules:
        \(rules)
        \(reasons)
        \(exemptions.isEmpty ? "" : "exemptions:\n\(exemptions)")
        rejectionReasons:
        \(rejectionReasons)
        """
    }

    /// A rule on one line.
    /// - Parameters:
    ///   - error: a code without parameters, unless `more` has these.
    ///   - more: other keys of the rule, as in `at: renewal`.
    package static func rule(
        _ id: String, _ requirement: String, otherwise: String = "reject", approvals: Int? = nil,
        error: String = "owner-consent-missing", more: String = ""
    ) -> String {
        let approvals = (approvals.map { ", approvals: \($0)" } ?? "") + (more.isEmpty ? "" : ", " + more)
        return "  - {id: \(id), title: {en: A, zh-Hant: 甲, zh-Hans: 甲}, require: \"\(requirement)\", otherwise: \(otherwise), "
            + "error: \(error)\(approvals)}"
    }

    /// An input of the policy on one line.
    /// - Parameter type: its type and what belongs to it, as in `boolean, default: false`.
    package static func input(_ id: String, _ type: String) -> String {
        "  - {id: \(id), title: {en: A, zh-Hant: 甲, zh-Hans: 甲}, type: \(type)}"
    }

    /// A counter of the policy on one line.
    /// - Parameter what: what it counts, as in `count: sharings, of: owner, within: 30d`.
    package static func counter(_ id: String, _ what: String) -> String {
        "  - {id: \(id), title: {en: A, zh-Hant: 甲, zh-Hans: 甲}, \(what)}"
    }

    /// A reason of the policy on one line, as an element of `reasons`. In every language its message has all parameters.
    package static func reason(_ name: String, disclosedAs: String, _ parameters: [(name: String, kind: String)] = []) -> String {
        let places = parameters.map { " {\($0.name)}" }.joined()
        let kinds = parameters.map { "\($0.name): \($0.kind)" }.joined(separator: ", ")
        func text(_ english: String, _ traditional: String, _ simplified: String) -> String {
            "{en: \"\(english)\", zh-Hant: \"\(traditional)\", zh-Hans: \"\(simplified)\"}"
        }
        return "  - {id: policy.\(name), title: \(text("Title of \(name)", "\(name) 標題", "\(name) 标题")), "
            + "message: \(text("Message of \(name)\(places).", "\(name) 說明\(places)。", "\(name) 说明\(places)。")), "
            + "advice: \(text("Advice on \(name).", "\(name) 建議。", "\(name) 建议。")), parameters: {\(kinds)}, "
            + "disclosedAs: \(disclosedAs)}"
    }

    /// The members of `facts` of a file of cases: a request of a user without a device, for a pad.
    package static let factsText = """
          requester:
            {id: maria01, entity: E-1, entityKind: individual, registeredAt: 2024-03-01T09:00:00Z, devices: []}
          owner:
            id: maria02
            entity: E-1
            entityKind: individual
            registeredAt: 2021-06-15T09:00:00Z
            devices: [{id: PAD-7, kind: pad, activatedAt: 2023-01-10T09:00:00Z}]
          device: PAD-7
          sharedWith: 0
          identity:
            dateOfBirth: match
            citizenship: match
            residence: match
            document: match
            socialSecurityNumber: missing
            usPerson: false
          consent: {method: device-challenge, givenAt: 2026-05-04T10:00:00Z, reference: C-1}
          submittedAt: 2026-05-04T10:05:00Z
          decidedAt: 2026-05-04T10:05:00Z

        """
}
