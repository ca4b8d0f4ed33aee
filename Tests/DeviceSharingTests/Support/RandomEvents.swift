import Canonical
import EligibilityPolicy
import TestSupport

@testable import DeviceSharing

// Random values of what events hold, for properties of all events.

extension SeededGenerator {
    mutating func moment() -> Timestamp {
        Timestamp(
            microseconds: Int64.random(
                in: Timestamp.earliest.microseconds...Timestamp.latest.microseconds, using: &self))
    }

    mutating func maybe<Value>(_ value: (inout SeededGenerator) -> Value) -> Value? { once(in: 2) ? value(&self) : nil }

    mutating func list<Value>(upTo count: Int = 3, _ value: (inout SeededGenerator) -> Value) -> [Value] {
        (0..<below(count + 1)).map { _ in value(&self) }
    }

    mutating func identifier() -> String {
        String(decoding: (0...below(12)).map { _ in pick(Array("abcXYZ019._@:-".utf8)) }, as: UTF8.self)
    }

    mutating func user() -> UserID { UserID(trusted: identifier()) }
    mutating func entity() -> EntityID { EntityID(trusted: identifier()) }
    mutating func device() -> DeviceID { DeviceID(trusted: identifier()) }
    mutating func request() -> ShareRequestID { ShareRequestID(at: .noon, using: &self) }
    mutating func kind() -> DeviceKindID { DeviceKindID(rawValue: identifier()) }
    mutating func digest() -> Digest { Digest(sha256: identifier().utf8) }

    mutating func parameters() -> ErrorParameters {
        ErrorParameters(
            list { random in
                let value: ParameterValue =
                    switch random.below(3) {
                    case 0: .string(random.text())
                    case 1: .integer(random.below(2_000) - 1_000)
                    default: .strings(random.list { $0.text() })
                    }
                return (name: random.identifier(), value: value)
            })
    }

    mutating func reasonCode() -> ReasonCode {
        let own = PolicyReasonID(rawValue: "\(PolicyReasonID.prefix)reason-\(below(9))")
        return maybe { _ in own }.flatMap { $0 }.map(ReasonCode.ofPolicy) ?? .builtIn(pick(SharingErrorCode.allCases))
    }

    mutating func decisionRecord() -> DecisionRecord {
        let passed = list { Ruling(passed: RuleID(rawValue: $0.identifier())) }
        let failed = list { random in
            Ruling(
                failed: Reason(
                    rule: RuleID(rawValue: random.identifier()), consequence: random.pick(Consequence.allCases),
                    code: random.reasonCode(), parameters: random.parameters(),
                    evaluationFailure: random.maybe { $0.text() }))
        }
        let decided = Decision(policy: digest(), rulings: passed + failed, approvalsRequired: 1 + below(2))
        let disclosed = maybe { random in
            random.list { random in
                StatedReason(
                    random.reasonCode(), random.parameters(), consequence: random.maybe { $0.pick(Consequence.allCases) })
            }
        }
        return DecisionRecord(
            Decision(
                outcome: decided.outcome, policy: decided.policy, rulings: decided.rulings,
                approvalsRequired: decided.approvalsRequired, disclosed: disclosed),
            on: Facts(
                requester: participant(), owner: participant(), device: identifier(), sharedWith: below(9),
                identity: IdentityFacts(
                    dateOfBirth: pick(IdentityComparison.allCases), citizenship: pick(IdentityComparison.allCases),
                    residence: pick(IdentityComparison.allCases), document: pick(IdentityComparison.allCases),
                    socialSecurityNumber: pick(IdentityComparison.allCases), usPerson: pick([true, false, nil])),
                consent: maybe { ConsentFacts(method: $0.text(), givenAt: $0.moment(), reference: $0.text()) },
                session: maybe { $0.session() }, inputs: inputs(), counters: counters(), submittedAt: moment(),
                decidedAt: moment()))
    }

    private mutating func participant() -> ParticipantFacts {
        ParticipantFacts(
            id: identifier(), entity: identifier(), entityKind: pick(EntityKind.allCases), person: maybe { $0.identifier() },
            adult: pick(Adulthood.allCases), registeredAt: moment(),
            devices: list { DeviceFacts(id: $0.identifier(), kind: $0.kind(), activatedAt: $0.moment()) })
    }

    private mutating func session() -> SessionFacts {
        SessionFacts(
            methods: AuthenticationMethod.allCases.filter { _ in once(in: 4) }, level: below(11), authenticatedAt: moment())
    }

    private mutating func inputs() -> InputValues {
        InputValues(
            Dictionary(
                list { random in
                    let value: InputValue =
                        switch random.below(3) {
                        case 0: .word(random.text())
                        case 1: .integer(random.below(2_000) - 1_000)
                        default: .flag(random.once(in: 2))
                        }
                    return (random.identifier(), value)
                }, uniquingKeysWith: { $1 }))
    }

    private mutating func counters() -> CounterValues {
        let counters = HistoryCounter.Quantity.allCases.flatMap { quantity in
            HistoryCounter.Subject.allCases.flatMap { subject in
                [nil, 36, 720].compactMap { HistoryCounter(quantity, of: subject, hours: $0) }
            }
        }
        return CounterValues(Dictionary(list { ($0.pick(counters), $0.below(9)) }, uniquingKeysWith: { $1 }))
    }

    mutating func rejection() -> Rejection {
        Rejection(
            by: pick(DecisionMaker.allCases), decision: maybe { $0.decisionRecord() },
            error: maybe { SharingError($0.pick(SharingErrorCode.allCases), $0.parameters()) },
            reason: maybe { $0.identifier() },
            disclosed: maybe { DisclosedRejection(reason: $0.identifier(), policy: $0.digest()) }, note: maybe { $0.text() })
    }

    /// A random event of that type.
    mutating func event(_ type: EventType) -> DomainEvent {
        switch type {
        case .userRegistered:
            .user(
                .registered(
                    user: user(), entity: entity(), entityKind: pick(EntityKind.allCases),
                    person: maybe { PersonID(trusted: $0.identifier()) }, adult: pick(Adulthood.allCases),
                    registeredAt: moment()))
        case .entityChanged:
            .user(
                .entityChanged(
                    user: user(), entity: entity(), entityKind: pick(EntityKind.allCases),
                    person: maybe { PersonID(trusted: $0.identifier()) }, adult: pick(Adulthood.allCases)))
        case .identityRecorded:
            .user(
                .identityRecorded(
                    user: user(), keyID: identifier(), attributes: list { $0.pick(IdentityAttribute.allCases) }))
        case .identityErased: .user(.identityErased(user: user()))
        case .userClosed: .user(.closed(user: user()))
        case .deviceAssigned: .user(.deviceAssigned(user: user(), device: device()))
        case .shareRequestOpened: .user(.shareRequestOpened(user: user(), request: request()))
        case .shareRequestClosed: .user(.shareRequestClosed(user: user(), request: request(), isRejected: once(in: 2)))
        case .loginDeviceChanged:
            .user(
                .loginDeviceChanged(
                    user: user(), device: maybe { $0.device() }, sharing: maybe { $0.request() },
                    superseded: list { $0.device() }))
        case .deviceIssued:
            .device(.issued(device: device(), holder: user(), kind: kind(), expiresAt: maybe { $0.moment() }))
        case .deviceActivated: .device(.activated(device: device(), activatedAt: moment()))
        case .deviceDeactivated: .device(.deactivated(device: device(), reason: text()))
        case .deviceReportedLost: .device(.reportedLost(device: device()))
        case .deviceShared: .device(.shared(device: device(), request: request(), with: user()))
        case .deviceUnshared: .device(.unshared(device: device(), request: request(), with: user()))
        case .shareRequestSubmitted:
            .shareRequest(
                .submitted(
                    request: request(), requester: user(), owner: user(), device: device(),
                    consent: maybe {
                        OwnerConsent(trustedMethod: $0.text(), givenAt: $0.moment(), reference: $0.text())
                    },
                    statement: PortalStatement(
                        session: maybe { random in RequesterSession(trusted: random.session()) }, inputs: inputs()),
                    submitter: maybe { $0.text() }))
        case .shareRequestHeld:
            .shareRequest(.held(decisionRecord(), expiresAt: moment(), escalatesAt: maybe { $0.moment() }))
        case .shareRequestApproved:
            .shareRequest(.approved(by: pick(DecisionMaker.allCases), decisionRecord(), note: maybe { $0.text() }))
        case .shareRequestRejected: .shareRequest(.rejected(rejection()))
        case .shareRequestWithdrawn: .shareRequest(.withdrawn(note: maybe { $0.text() }))
        case .shareRequestExpired: .shareRequest(.expired)
        case .shareRequestEscalated: .shareRequest(.escalated)
        case .shareRequestClaimed: .shareRequest(.claimed(officer: text(), until: moment()))
        case .shareRequestReleased: .shareRequest(.released(officer: text()))
        case .shareRequestNoted: .shareRequest(.noted(officer: text(), text: text()))
        case .shareRequestEndorsed: .shareRequest(.endorsed(officer: text(), note: maybe { $0.text() }))
        case .sharingActivated: .shareRequest(.activated)
        case .sharingEnded:
            .shareRequest(
                .ended(
                    reason: pick(EndReason.allCases),
                    consent: maybe {
                        OwnerConsent(trustedMethod: $0.text(), givenAt: $0.moment(), reference: $0.text())
                    }, note: maybe { $0.text() }))
        case .policyActivated:
            .policy(.activated(name: identifier(), version: text(), digest: digest(), text: text(upTo: 40)))
        case .eventsDetached:
            .archive(
                .detached(
                    pick([
                        Archive.Run(positions: 1...1, headers: [digest()]),
                        Archive.Run(positions: 65_536...131_073, headers: [digest(), digest(), digest()]),
                    ])))
        case .eventsAttached: .archive(.attached)
        case .webhookAdded:
            .webhook(
                .added(
                    WebhookTerms(
                        audience: pick(Audience.allCases), receiver: text(), urlDigest: digest(),
                        eventTypes: list { $0.pick(EventType.allCases).rawValue }, isConfidential: once(in: 2),
                        after: maybe { Int64($0.below(1_000_000)) })))
        case .webhookRemoved: .webhook(.removed)
        case .webhookSecretRotated: .webhook(.secretRotated(keepsOldFor: Int64(below(2_592_000))))
        case .webhookReplayed:
            .webhook(.replayed(stream: maybe { $0.text() }, after: maybe { Int64($0.below(1_000_000)) }))
        case .webhookStopped: .webhook(.stopped)
        case .clockRepaired:
            .clock(.repaired(ClockRepair(firstPosition: Int64(1 + below(9)), latest: moment(), reason: text())))
        }
    }
}
