import CEL
import Canonical

/// An exemption with its place in the file.
struct ReadExemption {
    let exemption: Exemption
    let reader: MappingReader
}

extension PolicyLoader {
    func exemptions(_ file: MappingReader) -> [ReadExemption] {
        var ids = UniqueNames("exemption", report)
        return file.list("exemptions", atMost: PolicyLimits.exemptions).compactMap { node in
            guard let reader = MappingReader(node, as: PolicyFileShape.exemption, report: report) else { return nil }
            let id = reader.identifier("id")
            if let id { ids.add(id, at: reader.position(of: "id")) }
            let rules = reader.list("rules", atMost: PolicyLimits.rules).map { RuleID(rawValue: $0.text ?? $0.kindName) }
            let (requester, owner) = (user("requester", of: reader), user("owner", of: reader))
            let until = reader.timestamp("until")
            let reason = reader.text("reason")
            if let reason, reason.utf8.count > PolicyLimits.exemptionReason {
                reader.reportProblem(at: "reason", "the reason has more than \(PolicyLimits.exemptionReason) bytes")
            }
            guard let id, let requester, let owner, let until, let reason else { return nil }
            if requester == owner {
                reader.reportProblem(
                    at: "owner", "'\(owner)' is the requester as well", advice: "A user never asks for a device of their own.")
            }
            return ReadExemption(
                exemption: Exemption(
                    id: id, rules: rules, requester: requester, owner: owner, until: until, reason: reason),
                reader: reader)
        }
    }

    private func user(_ key: String, of reader: MappingReader) -> String? {
        guard let text = reader.text(key) else { return nil }
        // The alphabet of all ids of the broker. It has nothing that ends a text of an expression.
        guard text.utf8.count <= PolicyLimits.userID, text.wholeMatch(of: /[A-Za-z0-9._@:\-]+/) != nil else {
            reader.reportProblem(
                at: key, "'\(text)' is not a user's id",
                advice: MappingReader.retyping(text)
                    ?? "An id has 1 to \(PolicyLimits.userID) letters, digits and . _ @ : -")
            return nil
        }
        return text
    }

    /// Reports rules that exemptions name and the policy does not have.
    func checkExemptions(_ exemptions: [ReadExemption], _ rules: [CheckedRule]) {
        let known = rules.map(\.rule.id.rawValue)
        for read in exemptions {
            for rule in read.exemption.rules where !known.contains(rule.rawValue) {
                read.reader.reportProblem(
                    at: "rules", "the policy has no rule '\(rule)'",
                    advice: MappingReader.suggestion(for: rule.rawValue, among: known))
            }
        }
    }

    /// The conditions on which a rule does not act, in the language of its expression, so that whatever reasons about the rule
    /// sees them.
    func exclusions(
        of rule: RuleID, from: Timestamp?, until: Timestamp?, _ exemptions: [ReadExemption], _ schema: FactSchema
    ) -> [CheckedRule.Exclusion] {
        var texts: [(reason: RuleExclusion, text: String)] = []
        if let from { texts.append((.before(from), "request.decidedAt < timestamp('\(from)')")) }
        if let until { texts.append((.since(until), "request.decidedAt >= timestamp('\(until)')")) }
        for exemption in exemptions.map(\.exemption) where exemption.rules.contains(rule) {
            texts.append(
                (
                    .exemption(exemption.id),
                    "requester.id == '\(exemption.requester)' && owner.id == '\(exemption.owner)' "
                        + "&& request.decidedAt < timestamp('\(exemption.until)')"
                ))
        }
        // The policy's own: where it has no record of sessions, other facts are in their places.
        let environment = schema.environment(constants: [:], origin: .recorded)
        return texts.compactMap { reason, text in
            do throws(CELError) {
                return CheckedRule.Exclusion(reason: reason, condition: try environment.check(environment.parse(text)))
            } catch {
                // The texts are ours, and ids are short enough; what could not be read would never exempt.
                report.add(
                    at: SourcePosition(line: 1, column: 1),
                    "an exemption of the rule '\(rule)' cannot be read: \(text.prefix(80))")
                return nil
            }
        }
    }
}
