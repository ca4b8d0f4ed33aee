import DeviceSharing
import EligibilityPolicy
import HTTPEdge

/// What the `data` of each type of event hold, as the log has them. Members that came later are optional: events of before lack
/// them.
enum EventData {
    static func schema(of type: EventType) -> ObjectSchema {
        ObjectSchema(type.typeName + "Data", type.summary, members(of: type))
    }

    private typealias Member = ObjectSchema.Member

    private static let user = Member.required("user", .string(.identifier), "The user.")
    private static let device = Member.required("device", .string(.identifier), "The device.")
    private static let request = Member.required("request", .string(.uuid), "The share request.")
    private static let with = Member.required("with", .string(.identifier), "The user who logs in with the device.")
    private static let entity: [Member] = [
        .required("entity", .string(.identifier), "The person or organisation that the user belongs to."),
        .required("entityKind", .string(.choice(EntityKind.allCases.map(\.rawValue))), "individual or organization."),
        .optional("person", .string(.identifier), "Who uses the login, where that is known."),
        .optional(
            "adult", .string(.choice(Adulthood.allCases.map(\.rawValue))), "Whether that person is of age; unknown where absent."),
    ]
    private static let decider = Member.required("by", .string(.choice(DecisionMaker.allCases.map(\.rawValue))), "Who decided.")
    private static let decision = Member.required(
        "decision", .object(.recordedDecision), "What the policy decided on the facts.")
    private static let facts = Member.required("facts", .object(.recordedFacts), "What the decision saw.")
    private static let note = Member.optional("note", .string(note: .text), "A remark.")
    private static let officer = Member.required("officer", .string(note: .name), "The officer.")
    private static let session = Member.optional(
        "session", .object(.recordedSession), "How the requester had logged in, where the portal said.")
    private static let inputs = Member.optional(
        "inputs", .anyObject, "What the portal said of the things that the policy asked for.")
    private static let consent = Member.optional("consent", .object(.eventConsent), "The owner's consent.")
    private static let after = Schema.integer(0...9_007_199_254_740_991)

    private static func members(of type: EventType) -> [Member] {
        switch type {
        case .userRegistered:
            [user] + entity + [.required("registeredAt", .string(.moment), "When the broker registered it.")]
        case .entityChanged: [user] + entity
        case .identityRecorded:
            [
                user, .required("keyID", .string(.text(1...64)), "Which key made the fingerprints."),
                .required(
                    "attributes", .array(.string(.choice(IdentityAttribute.allCases.map(\.rawValue))), limit: 10),
                    "The attributes on file."),
            ]
        case .identityErased, .userClosed: [user]
        case .deviceAssigned: [user, device]
        case .shareRequestOpened: [user, request]
        case .shareRequestClosed:
            [user, request, .optional("rejected", .boolean, "True where the request was rejected; else absent.")]
        case .loginDeviceChanged:
            [
                user, .optional("device", .string(.identifier), "The other's device; absent where it is its own again."),
                .optional("sharing", .string(.uuid), "The sharing; absent where it is its own device again."),
                .required(
                    "superseded", .array(.string(.identifier), limit: 100_000), "Devices of its own that rest meanwhile."),
            ]
        case .deviceIssued:
            [
                device, .required("holder", .string(.identifier), "The user it was issued to."),
                .required("kind", .string(.text(1...100)), "Its kind."),
                .optional("expiresAt", .string(.moment), "End of a temporary device."),
            ]
        case .deviceActivated: [device, .required("activatedAt", .string(.moment), "Since when it is active.")]
        case .deviceDeactivated: [device, .required("reason", .string(.text(1...200)), "Why.")]
        case .deviceReportedLost: [device]
        case .deviceShared, .deviceUnshared: [device, request, with]
        case .shareRequestSubmitted:
            [
                request, .required("requester", .string(.identifier), "The user who wants to log in with the device."),
                .required("owner", .string(.identifier), "The user whose device it is."), device, consent, session, inputs,
                .optional("submitter", .string(note: .name), "The portal that submitted it; events of before do not say."),
            ]
        case .shareRequestHeld:
            [
                decision, facts, .required("expiresAt", .string(.moment), "When it lapses."),
                .optional("escalatesAt", .string(.moment), "When it will be escalated, where the policy says so."),
            ]
        case .shareRequestApproved: [decider, decision, facts, note]
        case .shareRequestRejected:
            [
                decider,
                .optional(
                    "decision", .object(.recordedDecision), "The decision that rejected it, or on which an officer did not rely."),
                .optional("facts", .object(.recordedFacts), "What that decision saw."),
                .optional("error", .object(.recordedError), "What stood against it beside the policy."),
                .optional("reason", .string(.text(1...200)), "The officer's reason, of the policy's list."),
                .optional(
                    "disclosed", .object(.disclosedRejection),
                    "What portals are told in its place; absent where that is compliance-decision."), note,
            ]
        case .shareRequestWithdrawn: [note]
        case .shareRequestExpired, .shareRequestEscalated, .sharingActivated, .eventsAttached, .webhookRemoved, .webhookStopped:
            []
        case .shareRequestClaimed: [officer, .required("until", .string(.moment), "When the claim lapses.")]
        case .shareRequestReleased: [officer]
        case .shareRequestNoted: [officer, .required("text", .string(note: .text), "The note.")]
        case .shareRequestEndorsed: [officer, note]
        case .sharingEnded:
            [.required("reason", .string(.choice(EndReason.allCases.map(\.rawValue))), "Why."), consent, note]
        case .policyActivated:
            [
                .required("name", .string(note: .name), "The policy's name."),
                .required("version", .string(note: .name), "Its version."),
                .required("digest", .string(.digest), "SHA-256 of its text."),
                .required("text", .string(note: .text), "Its whole text."),
            ]
        case .eventsDetached:
            [
                .required("firstPosition", .integer(1...9_007_199_254_740_991), "The first position of the run."),
                .required("lastPosition", .integer(1...9_007_199_254_740_991), "The last position of the run."),
                .required(
                    "headers", .array(.string(.digest), limit: 1_000_000), "What binds the rows that stay, for each stretch."),
            ]
        case .clockRepaired:
            [
                .required(
                    "firstPosition", .integer(1...9_007_199_254_740_991), "The first event with a time that had not come."),
                .required("latest", .string(.moment), "The latest time of those events."),
                .required("reason", .string(note: .text), "Why, in the operator's words."),
            ]
        case .webhookAdded:
            [
                .required("audience", .string(.choice(Audience.allCases.map(\.rawValue))), "For whom events are written."),
                .required("confidential", .boolean, "Whether confidential types are among them."),
                .required(
                    "eventTypes", .array(.string(.text(1...100)), limit: 1_000), "Types of event; empty for all it may have."),
                .required("receiver", .string(note: .name), "Scheme, host and port of the URL."),
                .required("urlDigest", .string(.digest), "SHA-256 of the whole URL."),
                .optional("after", after, "It begins behind this position; with what is new unless told."),
            ]
        case .webhookSecretRotated:
            [.required("keepsOldForSeconds", after, "For how long the old secret signs too, in seconds.")]
        case .webhookReplayed:
            [
                .optional("stream", .string(.text(1...128)), "The stream that is sent again; all unless told."),
                .optional("after", after, "Everything behind this position is sent again; what waits unless told."),
            ]
        }
    }
}

extension Schema {
    fileprivate enum Words {
        case name, text
    }

    /// Words that somebody chose. The log has no more of them than was taken when the event was made, whatever the limit was.
    fileprivate static func string(note words: Words) -> Schema {
        switch words {
        case .name: .string(.text(1...8_192))
        case .text: .string(.text(0...16_777_216))
        }
    }
}

extension ObjectSchema {
    fileprivate static let eventConsent = ObjectSchema(
        "EventConsent", "The owner's consent, as an event has it.",
        [
            .optional(
                "type", .string(.choice(ConsentType.allCases.map(\.rawValue))),
                "How it is proved; asserted where it is absent, in events of before there were types."),
            .required("givenAt", .string(.moment), "When."),
            .optional("method", .string(.text(1...64)), "How; always there where the type is asserted."),
            .optional(
                "reference", .string(.text(1...200)),
                "Where the portal keeps the evidence; always there where the type is asserted."),
        ])

    fileprivate static let recordedError = ObjectSchema(
        "RecordedError", "What stood against a request.",
        [
            .required("code", .string(.choice(SharingErrorCode.allCases.map(\.rawValue))), "The stable code."),
            .required("parameters", .anyObject, "The code's parameters."),
        ])

    fileprivate static let recordedDecision = ObjectSchema(
        "RecordedDecision", "What the policy decided, as the log has it.",
        [
            .required("outcome", .string(.choice(Outcome.allCases.map(\.rawValue))), "approve, review or reject."),
            .required("policy", .string(.digest), "Digest of the policy that decided."),
            .required("approvals", .integer(0...10), "How many officers must approve."),
            .required("passed", .array(.string(.text(1...200)), limit: 1_000), "Rules that passed."),
            .required("failed", .array(.object(failedRule), limit: 1_000), "Rules that did not, and why."),
            .optional(
                "disclosed", .array(.object(disclosedReason), limit: 1_000),
                "What portals are told in place of the reasons; absent where the policy discloses each reason as itself."),
        ])

    private static let disclosedReason = ObjectSchema(
        "RecordedDisclosure", "A reason as portals are told of it.",
        [
            .required("code", .string(.reasonCode), "The code that they are told."),
            .optional(
                "consequence", .string(.choice(Consequence.allCases.map(\.rawValue))),
                "What follows from it, or from another reason that is told so."),
            .required("parameters", .anyObject, "The code's parameters."),
        ])

    fileprivate static let disclosedRejection = ObjectSchema(
        "DisclosedRejection", "What portals are told in place of an officer's reason.",
        [
            .required("reason", .string(.text(1...200)), "The reason itself, or the code of another one."),
            .required("policy", .string(.digest), "Digest of the policy that says so, which was in force then."),
        ])

    private static let failedRule = ObjectSchema(
        "FailedRule", "Why a rule did not pass.",
        [
            .required("rule", .string(.text(1...200)), "The rule."),
            .required(
                "consequence", .string(.choice(Consequence.allCases.map(\.rawValue))), "What follows from it."),
            .required("code", .string(.reasonCode), "Why it did not pass."),
            .required("parameters", .anyObject, "The code's parameters."),
            .optional("failure", .string(.text(0...16_777_216)), "Why the rule could not be evaluated, where it could not."),
        ])

    fileprivate static let recordedFacts = ObjectSchema(
        "RecordedFacts", "What a decision saw of users, devices, identity and consent.",
        [
            .required("requester", .object(recordedParticipant), "The requester."),
            .required("owner", .object(recordedParticipant), "The owner."),
            .required("device", .string(.text(0...64)), "The device asked for."),
            .required("sharedWith", .integer(0...9_007_199_254_740_991), "How many others logged in with it."),
            .required("identity", .object(recordedIdentity), "The two persons' identity data compared; never a value."),
            .optional("consent", .object(consentFacts), "The owner's consent."),
            .optional("session", .object(.recordedSession), "How the requester had logged in, where the portal said."),
            .optional("inputs", .anyObject, "What the portal said of the things that the policy asked for."),
            .optional(
                "counters", .anyObject,
                "What the policy had counted of the log, by quantity, subject and span: {\"sharings.owner.30d\": 2}."),
            .required("submittedAt", .string(.moment), "When the request was submitted."),
            .required("decidedAt", .string(.moment), "When it was decided."),
        ])

    private static let recordedParticipant = ObjectSchema(
        "RecordedParticipant", "A participant as a decision saw it.",
        [
            .required("id", .string(.text(0...64)), "The user."),
            .required("entity", .string(.text(0...64)), "The person or organisation that the user belongs to."),
            .required("entityKind", .string(.choice(EntityKind.allCases.map(\.rawValue))), "individual or organization."),
            .optional("person", .string(.text(0...64)), "Who uses the login, where that was known."),
            .optional(
                "adult", .string(.choice(Adulthood.allCases.map(\.rawValue))),
                "Whether that person is of age; unknown where absent."),
            .required("registeredAt", .string(.moment), "When the broker registered the user."),
            .required("devices", .array(.object(recordedDevice), limit: 100_000), "The user's own devices in force."),
        ])

    private static let recordedDevice = ObjectSchema(
        "RecordedDevice", "A device as a decision saw it.",
        [
            .required("id", .string(.text(0...64)), "The device."),
            .required("kind", .string(.text(0...100)), "Its kind."),
            .required("activatedAt", .string(.moment), "Since when it is active."),
        ])

    private static let recordedIdentity = ObjectSchema(
        "RecordedIdentity", "Two persons' identity data compared, attribute by attribute.",
        ["dateOfBirth", "citizenship", "residence", "document", "socialSecurityNumber"].map { attribute in
            .required(
                attribute, .string(.choice(IdentityComparison.allCases.map(\.rawValue))), "match, mismatch or missing.")
        } + [
            .optional("numberMayHelp", .boolean, "Whether a social security number could still tell; not so where absent."),
            .optional("usPerson", .boolean, "Whether one of them is of the US; absent where that is not known."),
        ])

    private static let consentFacts = ObjectSchema(
        "ConsentFacts", "The owner's consent as a decision saw it.",
        [
            .required("method", .string(.text(0...64)), "How."), .required("givenAt", .string(.moment), "When."),
            .required("reference", .string(.text(0...200)), "Where the portal keeps the evidence."),
        ])
}
