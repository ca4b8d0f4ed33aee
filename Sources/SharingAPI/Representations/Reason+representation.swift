import Canonical
import DeviceSharing
import EligibilityPolicy
import HTTPEdge

extension ObjectSchema {
    static let reason = ObjectSchema(
        "Reason", "Why a request was held or rejected: one of the codes at /problems, in words.",
        [
            .required("code", .string(.choice(SharingErrorCode.allCases.map(\.rawValue))), "The stable code."),
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
        ])

    private static let ruling = ObjectSchema(
        "Ruling", "What one rule said.",
        [
            .required("rule", .string(.text(1...200)), "The rule."),
            .required("passed", .boolean, "Whether nothing stands against the request."),
            .optional(
                "consequence", .string(.choice(Consequence.allCases.map(\.rawValue))),
                "What follows where it did not pass."),
            .optional("code", .string(.choice(SharingErrorCode.allCases.map(\.rawValue))), "Why it did not pass."),
            .optional("parameters", .anyObject, "The code's parameters."),
        ])
}

extension SharingError {
    /// As a reason for a decision. What the reader may know of it is decided before: see `Audience`.
    ///
    /// - Parameter isOver: whether it held a request that is decided by now, so that its advice would be to wait for that.
    func reason(_ words: Words, isOver: Bool = false) -> JSONValue {
        var text = words.text(of: .sharing(code), parameters)
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
        .array(reasons.map { audience.disclosed($0).reason(words) })
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
