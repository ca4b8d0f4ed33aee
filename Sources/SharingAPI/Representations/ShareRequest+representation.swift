import Canonical
import DeviceSharing
import EligibilityPolicy
import HTTPEdge
import SharingEngine
import SharingLog

extension ObjectSchema {
    private static let states = ShareRequest.State.allCases.map(\.rawValue)

    static let newShareRequest = ObjectSchema(
        "NewShareRequest", "That one user wants to log in with the device of another.",
        [
            .required("requester", .string(.identifier), "The user who wants to."),
            .required("owner", .string(.identifier), "The user whose device it is."),
            .required("device", .string(.identifier), "The device."),
            .optional("consent", .tagged(.consent), "The owner's consent; the policy wants a fresh one."),
            .optional("session", .object(.requesterSession), "How the requester had logged in."),
            .optional(
                "inputs", .anyObject,
                """
                What the portal says of the things that the policy asks for, by name: words, whole numbers and flags, as in \
                {"riskBand": "low"}. What the policy does not ask for is refused.
                """),
        ])

    /// What every request shows, in a list and by itself.
    private static let common: [Member] = [
        .required("id", .string(.uuid), "Identifier; sorts by time of submission."),
        .required(
            "state", .string(.choice(states)), "Where it stands; nothing leaves rejected, withdrawn, expired and ended."
        ),
        .required("requester", .string(.identifier), "The user who wants to log in with the device."),
        .required("owner", .string(.identifier), "The user whose device it is."),
        .required("device", .string(.identifier), "The device."),
        .required("submittedAt", .string(.moment), "When it was submitted."),
        .optional("decidedAt", .string(.moment), "When it was approved or rejected."),
        .optional("expiresAt", .string(.moment), "When it lapses, while it is pending."),
        .optional("escalatesAt", .string(.moment), "When it will be escalated, while it is pending and has not been."),
        .optional("escalatedAt", .string(.moment), "When it was escalated, while it is pending."),
        .optional("closedAt", .string(.moment), "When it was withdrawn, or lapsed because nobody decided."),
        .optional("endedAt", .string(.moment), "When its sharing ended."),
        .optional(
            "approvalsRequired", .integer(1...10),
            "How many officers must approve, while it is pending; not shown to portals where the policy does not disclose every reason."
        ),
        .optional(
            "endorsedBy", .string(.text(1...255)),
            "The officer who gave the first of two approvals; not shown to portals."),
        .optional("claimedBy", .string(.text(1...255)), "The officer who works on it; not shown to portals."),
        .optional("claimedUntil", .string(.moment), "When that claim lapses; not shown to portals."),
    ]

    private static let rejectionReason = Member.optional(
        "rejectionReason", .string(.text(1...200)),
        """
        The officer's reason, of the policy's list. For portals it is what the policy discloses in its place: the reason itself, the \
        code of another one, or compliance-decision, whatever the reason was.
        """)

    /// Why a sharing ended, as officers or portals are told.
    private static let endReasons = Array(
        Set(Audience.allCases.flatMap { audience in EndReason.allCases.map { audience.reason(for: $0) } })
    ).sorted()

    static let shareRequest = ObjectSchema(
        "ShareRequest", "A request that one user may log in with another's device, and the sharing that came of it.",
        common + [
            .required(
                "reasons", .array(.object(.reason), limit: 1_000),
                "Why it was held or rejected, the primary reason first."),
            .optional("consent", .object(.recordedConsent), "The owner's consent."),
            .optional("session", .object(.recordedSession), "How the requester had logged in, where the portal said."),
            .optional("inputs", .anyObject, "What the portal said of the things that the policy asked for, where it said any."),
            .optional("decision", .object(.decision), "The latest decision of the policy; not shown to portals."),
            .optional("rejectedBy", .string(.choice(DecisionMaker.allCases.map(\.rawValue))), "Who rejected it."),
            rejectionReason,
            .optional("rejectionTitle", .string(.text(1...4_000)), "What rejectionReason says, in a few words."),
            .optional(
                "endReason", .string(.choice(endReasons)),
                "Why its sharing ended; for portals it is compliance-decision where an officer ended it."),
        ])

    static let shareRequestSummary = ObjectSchema(
        "ShareRequestSummary", "A share request as lists have it.",
        common + [
            .required(
                "reasons", .array(.string(.reasonCode), limit: 1_000),
                "Codes for which it was held or rejected, the primary one first."),
            rejectionReason,
        ])

    static let assessment = ObjectSchema(
        "Assessment", "What a request would come to; nothing is recorded.",
        [
            .required("outcome", .string(.choice(Outcome.allCases.map(\.rawValue))), "approve, review or reject."),
            .required(
                "reasons", .array(.object(.reason), limit: 1_000), "What stands against it, the primary reason first."),
            .optional(
                "decision", .object(.decision),
                "What the policy says; absent where no policy could permit it, and not shown to portals."),
        ])

    static let sharing = ObjectSchema(
        "Sharing", "The fact that a user logs in with another's device.",
        [
            .required("id", .string(.uuid), "The share request that it came of."),
            .required("user", .string(.identifier), "The user who logs in with it."),
            .required("owner", .string(.identifier), "The user whose device it is."),
            .required("device", .string(.identifier), "The device."),
            .optional("since", .string(.moment), "When it began."),
            .optional("endedAt", .string(.moment), "When it ended; absent while it stands."),
        ])
}

extension ShareRequest {
    /// - Parameter audience: portals do not learn which officers work on a request, nor what they think of it.
    func representation(_ words: ReasonWords, for audience: Audience) throws -> JSONValue {
        let decision = try decision?.decision()
        // Of a request that is decided, what held it asks nobody to wait any more.
        let isHeldNoMore = pending == nil && rejection?.error == nil && decision?.outcome == .review
        let reasons = audience.reasons(for: rejection, decided: decision)
        let officers = audience.seesOfficers
        return .members([
            "id": .string(id.description), "state": .string(state.rawValue), "requester": .string(requester.rawValue),
            "owner": .string(owner.rawValue), "device": .string(device.rawValue), "submittedAt": JSONValue(submittedAt),
            "decidedAt": decidedAt.map { JSONValue($0) }, "expiresAt": pending.map { JSONValue($0.expiresAt) },
            "escalatesAt": pending?.escalatesAt.map { JSONValue($0) },
            "escalatedAt": pending?.escalatedAt.map { JSONValue($0) }, "closedAt": closedAt.map { JSONValue($0) },
            "endedAt": endedAt.map { JSONValue($0) },
            "approvalsRequired": audience.seesApprovals(of: self.decision)
                ? pending.map { .integer(Int64($0.approvalsRequired)) } : nil,
            "endorsedBy": officers ? pending?.endorsedBy.map { .string($0) } : nil,
            "claimedBy": officers ? pending?.claim.map { .string($0.officer) } : nil,
            "claimedUntil": officers ? pending?.claim.map { JSONValue($0.until) } : nil,
            "reasons": .array(
                reasons.map { $0.representation(words.of($0), isOver: isHeldNoMore && $0.isOfHold(for: audience)) }),
            "consent": consent?.representation, "session": statement.session?.facts.json,
            "inputs": statement.inputs.isEmpty ? nil : statement.inputs.json,
            "decision": audience.seesRulings ? decision?.report(withFailures: false) : nil,
            "rejectedBy": rejection.map { .string($0.by.rawValue) },
            "rejectionReason": rejection.flatMap { audience.reason(for: $0) }.map { .string($0) },
            "rejectionTitle": rejection.flatMap { words.title(of: $0, for: audience) }.map { .string($0) },
            "endReason": endReason.map { .string(audience.reason(for: $0)) },
        ])
    }
}

extension StatedReason {
    /// Whether a decision that held a request gave it, for an audience. What portals are told can be that of a rule that rejects
    /// elsewhere, or of none.
    fileprivate func isOfHold(for audience: Audience) -> Bool {
        switch audience {
        case .internal: consequence == .review
        case .portal: consequence != nil || code == .builtIn(.reasonNotDisclosed)
        }
    }
}

extension ShareRequestRow {
    /// - Parameter officersReasons: the reasons that the policy lists for officers. One can have the name of a code, and such a
    ///   code of a request that was rejected after it had waited may be an officer's reason.
    func representation(for audience: Audience, officersReasons: Set<String>) -> JSONValue {
        let officers = audience.seesOfficers
        let disclosed = audience.disclosed(self, officersReasons: officersReasons)
        return .members([
            "id": .string(request.description), "state": .string(state.rawValue),
            "requester": .string(requester.rawValue),
            "owner": .string(owner.rawValue), "device": .string(device.rawValue), "submittedAt": JSONValue(submittedAt),
            "decidedAt": decidedAt.map { JSONValue($0) }, "expiresAt": expiresAt.map { JSONValue($0) },
            "escalatesAt": escalatesAt.map { JSONValue($0) }, "escalatedAt": escalatedAt.map { JSONValue($0) },
            "closedAt": closedAt.map { JSONValue($0) }, "endedAt": endedAt.map { JSONValue($0) },
            "approvalsRequired": approvalsRequired > 0 && (officers || reasonsForPortals == nil)
                ? .integer(Int64(approvalsRequired)) : nil,
            "endorsedBy": officers ? endorsedBy.map { .string($0) } : nil,
            "claimedBy": officers ? claimedBy.map { .string($0) } : nil,
            "claimedUntil": officers ? claimedUntil.map { JSONValue($0) } : nil,
            "reasons": JSONValue(disclosed.codes),
            "rejectionReason": disclosed.rejection.map { .string($0) },
        ])
    }

    var sharing: JSONValue {
        .members([
            "id": .string(request.description), "user": .string(requester.rawValue), "owner": .string(owner.rawValue),
            "device": .string(device.rawValue), "since": decidedAt.map { JSONValue($0) },
            "endedAt": endedAt.map { JSONValue($0) },
        ])
    }
}

extension ShareRequest {
    var sharing: JSONValue {
        .members([
            "id": .string(id.description), "user": .string(requester.rawValue), "owner": .string(owner.rawValue),
            "device": .string(device.rawValue), "since": decidedAt.map { JSONValue($0) },
            "endedAt": endedAt.map { JSONValue($0) },
        ])
    }
}
