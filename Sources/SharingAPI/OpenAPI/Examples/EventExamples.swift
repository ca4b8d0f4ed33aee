import Canonical
import DeviceSharing
import EligibilityPolicy
import SharingEngine
import SharingWebhooks

/// An event of each type, made by what writes events, so that the examples are what the log has.
enum EventExamples {
    /// The messages by which webhooks tell of events of this type.
    static func messages(of type: EventType) -> [JSONValue] {
        let events = events(of: type)
        return events.enumerated().map { index, event in
            // What an event is written as can always be read.
            let data = (try? JSONValue(parsing: event.data())) ?? .null
            return message(type.rawValue, about: subject(of: event), data: data, position: index + 1)
        }
    }

    /// The message by which a receiver is tried out.
    static let testMessage: JSONValue = [
        "data": [:], "datacontenttype": "application/json", "dataversion": 1, "id": "test-1795514400000000",
        "source": "/ledgers/default", "specversion": "1.0", "subject": .string("webhook/\(webhook)"),
        "time": .string(noon.description),
        "type": .string(CloudEvent.typePrefix + WebhookDocument.tested),
    ]

    static func message(_ type: String, about subject: String, data: JSONValue, position: Int) -> JSONValue {
        [
            "actor": "my-backend", "actorrole": "portal", "correlation": "6f0f3c5e0a1b4f0e", "data": data,
            "datacontenttype": "application/json", "dataversion": 1, "id": .string("\(41 + position)-1f3a9c04"),
            "sequence": "0000000001", "source": "/ledgers/default", "specversion": "1.0", "subject": .string(subject),
            "time": .string(noon.description), "type": .string(CloudEvent.typePrefix + type),
        ]
    }

    static let noon = Timestamp(microseconds: 1_795_514_400_000_000)
    static let webhook = "5f0c7c0e-6a0b-4c53-9d0b-6a1c1b1f3a11"
    private static let lastYear = noon.advanced(by: .seconds(-31_536_000))
    private static let later = noon.advanced(by: .seconds(86_400))
    private static let maria = UserID(trusted: "maria01")
    private static let owner = UserID(trusted: "maria02")
    private static let card = DeviceID(trusted: "DSC-7")
    private static let entity = EntityID(trusted: "maria")
    private static let person = PersonID(trusted: "P-4711")
    private static let digest = Digest(sha256: "example".utf8)
    static let request: ShareRequestID = {
        var numbers = SplitMix64(seed: 7)
        return ShareRequestID(at: noon, using: &numbers)
    }()

    private static let consent = OwnerConsent(
        trustedMethod: "device-challenge", givenAt: noon.advanced(by: .seconds(-60)), reference: "C-4711")

    private static let session = SessionFacts(
        methods: [.pwd, .otp], level: 2, authenticatedAt: noon.advanced(by: .seconds(-120)))
    private static let inputs = InputValues(["riskBand": .word("low"), "terminalKnown": .flag(true)])

    private static let facts = Facts(
        requester: ParticipantFacts(
            id: maria.rawValue, entity: entity.rawValue, entityKind: .individual, registeredAt: lastYear, devices: []),
        owner: ParticipantFacts(
            id: owner.rawValue, entity: entity.rawValue, entityKind: .individual, registeredAt: lastYear,
            devices: [DeviceFacts(id: card.rawValue, kind: "dsc-plus", activatedAt: noon.advanced(by: .seconds(-86_400)))]),
        device: card.rawValue, sharedWith: 0,
        identity: IdentityFacts(
            dateOfBirth: .match, citizenship: .match, residence: .match, document: .missing, socialSecurityNumber: .missing,
            usPerson: false),
        consent: ConsentFacts(method: consent.method, givenAt: consent.givenAt, reference: consent.reference),
        session: session, inputs: inputs, submittedAt: noon, decidedAt: noon)

    private static func decision(_ rulings: [Ruling]) -> DecisionRecord {
        DecisionRecord(
            Decision(policy: digest, rulings: [Ruling(passed: "owner-consent-given")] + rulings, approvalsRequired: 1), on: facts)
    }

    private static let isNew = Ruling(
        failed: Reason(
            rule: "device-seasoned", consequence: .review, code: .builtIn(.deviceRecentlyActivated),
            parameters: ErrorParameters([
                ("device", .string(card.rawValue)), ("activatedAt", .string(lastYear.description)), ("minimumDays", 7),
            ])))
    private static let isStale = Ruling(
        failed: Reason(
            rule: "owner-consent-fresh", consequence: .reject, code: .builtIn(.ownerConsentStale),
            parameters: ErrorParameters([("givenAt", .string(lastYear.description)), ("maximumAgeMinutes", 15)])))
    private static let isBroken = Ruling(
        failed: Reason(
            rule: "owner-seasoned", consequence: .review, code: .builtIn(.userRecentlyRegistered), parameters: .none,
            evaluationFailure: "the expression could not be evaluated"))

    private static func subject(of event: DomainEvent) -> String {
        let stream: StreamID =
            switch event {
            case .user: .user(maria)
            case .device: .device(card)
            case .shareRequest: .shareRequest(request)
            case .policy: .policy("device-sharing")
            case .archive: .archive(digest)
            case .webhook: .webhook(WebhookID(webhook) ?? WebhookID())
            case .clock: .clock
            }
        return stream.name
    }

    private static func events(of type: EventType) -> [DomainEvent] {
        switch type {
        case .userRegistered:
            [
                .user(
                    .registered(
                        user: maria, entity: entity, entityKind: .individual, person: person, adult: .yes,
                        registeredAt: lastYear))
            ]
        case .entityChanged:
            [
                .user(.entityChanged(user: maria, entity: entity, entityKind: .individual, person: person, adult: .yes))
            ]
        case .identityRecorded:
            [.user(.identityRecorded(user: maria, keyID: "2026-1", attributes: [.dateOfBirth, .citizenship]))]
        case .identityErased: [.user(.identityErased(user: maria))]
        case .userClosed: [.user(.closed(user: maria))]
        case .deviceAssigned: [.user(.deviceAssigned(user: maria, device: card))]
        case .shareRequestOpened: [.user(.shareRequestOpened(user: maria, request: request))]
        case .shareRequestClosed:
            [
                .user(.shareRequestClosed(user: maria, request: request)),
                .user(.shareRequestClosed(user: maria, request: request, isRejected: true)),
            ]
        case .loginDeviceChanged:
            [
                .user(
                    .loginDeviceChanged(
                        user: maria, device: card, sharing: request, superseded: [DeviceID(trusted: "SLS-3")])),
                .user(.loginDeviceChanged(user: maria, device: nil, sharing: nil, superseded: [])),
            ]
        case .deviceIssued: [.device(.issued(device: card, holder: owner, kind: "temporary-code", expiresAt: later))]
        case .deviceActivated: [.device(.activated(device: card, activatedAt: lastYear))]
        case .deviceDeactivated: [.device(.deactivated(device: card, reason: "replaced"))]
        case .deviceReportedLost: [.device(.reportedLost(device: card))]
        case .deviceShared: [.device(.shared(device: card, request: request, with: maria))]
        case .deviceUnshared: [.device(.unshared(device: card, request: request, with: maria))]
        case .shareRequestSubmitted, .shareRequestHeld, .shareRequestApproved, .shareRequestRejected, .shareRequestWithdrawn,
            .shareRequestExpired, .shareRequestEscalated, .shareRequestClaimed, .shareRequestReleased, .shareRequestNoted,
            .shareRequestEndorsed, .sharingActivated, .sharingEnded:
            requestEvents(of: type).map(DomainEvent.shareRequest)
        case .policyActivated:
            [.policy(.activated(name: "device-sharing", version: "3", digest: digest, text: "policy: device-sharing\n…"))]
        case .eventsDetached: [.archive(.detached(Archive.Run(positions: 1...65_536, headers: [digest])))]
        case .eventsAttached: [.archive(.attached)]
        case .webhookAdded:
            [
                .webhook(
                    .added(
                        WebhookTerms(
                            audience: .internal, receiver: "https://hooks.example", urlDigest: digest,
                            eventTypes: [EventType.sharingActivated.rawValue], isConfidential: false, after: 0)))
            ]
        case .webhookRemoved: [.webhook(.removed)]
        case .webhookSecretRotated: [.webhook(.secretRotated(keepsOldFor: 86_400))]
        case .webhookReplayed:
            [.webhook(.replayed(stream: "device/DSC-7", after: nil)), .webhook(.replayed(stream: nil, after: 0))]
        case .webhookStopped: [.webhook(.stopped)]
        case .clockRepaired:
            [.clock(.repaired(ClockRepair(firstPosition: 40, latest: later, reason: "the server started before NTP")))]
        }
    }

    private static func requestEvents(of type: EventType) -> [ShareRequestEvent] {
        switch type {
        case .shareRequestSubmitted:
            [
                .submitted(
                    request: request, requester: maria, owner: owner, device: card, consent: consent,
                    statement: PortalStatement(session: RequesterSession(trusted: session), inputs: inputs),
                    submitter: "my-backend")
            ]
        case .shareRequestHeld: [.held(decision([isNew, isBroken]), expiresAt: later, escalatesAt: noon)]
        case .shareRequestApproved:
            [
                .approved(by: .policy, decision([]), note: nil),
                .approved(by: .compliance, decision([isNew]), note: "called the owner back"),
            ]
        case .shareRequestRejected:
            [
                .rejected(Rejection(by: .policy, decision: decision([isStale]))),
                .rejected(
                    Rejection(
                        by: .compliance, decision: decision([isNew]), reason: "consent-doubtful",
                        disclosed: DisclosedRejection(reason: "policy.consent-unclear", policy: digest), note: "no answer")),
                .rejected(Rejection(by: .policy, error: .userClosed(owner))),
            ]
        case .shareRequestWithdrawn: [.withdrawn(note: "no longer needed")]
        case .shareRequestExpired: [.expired]
        case .shareRequestEscalated: [.escalated]
        case .shareRequestClaimed: [.claimed(officer: "h.tan", until: noon.advanced(by: .seconds(900)))]
        case .shareRequestReleased: [.released(officer: "h.tan")]
        case .shareRequestNoted: [.noted(officer: "h.tan", text: "called the owner back")]
        case .shareRequestEndorsed: [.endorsed(officer: "h.tan", note: "evidence is complete")]
        case .sharingActivated: [.activated]
        case .sharingEnded: [.ended(reason: .stoppedByOwner, consent: consent, note: "card replaced")]
        case .userRegistered, .entityChanged, .identityRecorded, .identityErased, .userClosed, .deviceAssigned,
            .shareRequestOpened, .shareRequestClosed, .loginDeviceChanged, .deviceIssued, .deviceActivated,
            .deviceDeactivated, .deviceReportedLost, .deviceShared, .deviceUnshared, .policyActivated, .eventsDetached,
            .eventsAttached, .webhookAdded, .webhookRemoved, .webhookSecretRotated, .webhookReplayed, .webhookStopped,
            .clockRepaired:
            []
        }
    }
}
