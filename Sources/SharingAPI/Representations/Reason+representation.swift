import Canonical
import DeviceSharing
import EligibilityPolicy
import HTTPEdge

extension ObjectSchema {
    static let reason = ObjectSchema(
        "Reason",
        "Why a request was held or rejected, in words: one of the codes at /problems, or a reason that the policy defines, whose code begins with `policy.`.",
        [
            .required("code", .string(.reasonCode), "The stable code."),
            .required("title", .string(.text(1...200)), "What is wrong, in a few words."),
            .required("detail", .string(.text(1...4_000)), "What is wrong, as a sentence."),
            .required("advice", .string(.text(1...4_000)), "What to do about it."),
            .required("parameters", .anyObject, "The code's parameters, but for those that portals are not told."),
        ])

    static let decision = ObjectSchema(
        "Decision", "What the policy decided.",
        [
            .required("outcome", .string(.choice(Outcome.allCases.map(\.rawValue))), "approve, review or reject."),
            .required("policy", .string(.digest), "Digest of the policy that decided."),
            .required("approvals", .integer(0...10), "How many officers must approve."),
            .required("rulings", .array(.object(.ruling), limit: 1_000), "What every rule said."),
            .optional(
                "disclosed", .array(.object(.disclosedReason), limit: 1_000),
                "What portals are told in place of the reasons; absent where the policy discloses each reason as itself."),
        ])

    private static let disclosedReason = ObjectSchema(
        "DisclosedReason", "A reason as portals are told of it.",
        [
            .required("code", .string(.reasonCode), "The code that they are told."),
            .required("parameters", .anyObject, "The code's parameters."),
        ])

    private static let ruling = ObjectSchema(
        "Ruling", "What one rule said.",
        [
            .required("rule", .string(.text(1...200)), "The rule."),
            .required("passed", .boolean, "Whether nothing stands against the request."),
            .optional(
                "consequence", .string(.choice(Consequence.allCases.map(\.rawValue))),
                "What follows where it did not pass."),
            .optional("code", .string(.reasonCode), "Why it did not pass."),
            .optional("parameters", .anyObject, "The code's parameters."),
        ])
}

extension StatedReason {
    /// As a reason for a decision. What the reader may know of it is decided before: see `Audience`.
    ///
    /// - Parameter isOver: whether it held a request that is decided by now, so that its advice would be to wait for that.
    func representation(_ words: Words, isOver: Bool = false) -> JSONValue {
        var text = words.text(of: self)
        if isOver { text.advice = words.messages.adviceWhenDecided(in: words.language) }
        return [
            "code": .string(code.rawValue), "title": .string(text.title), "detail": .string(text.detail),
            "advice": .string(text.advice), "parameters": parameters.json,
        ]
    }
}

extension Assessment {
    /// What stands against it, in words.
    func reasons(_ words: Words, for audience: Audience) -> JSONValue {
        .array(audience.reasons(of: self).map { $0.representation(words) })
    }

    /// What the policy says, for those who may see its rulings.
    func decision(for audience: Audience) -> JSONValue? {
        guard audience.seesRulings else { return nil }
        switch self {
        case .decided(let decision): return decision.report(withFailures: false)
        case .impossible: return nil
        }
    }
}
