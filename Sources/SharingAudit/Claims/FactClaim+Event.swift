import Canonical
import DeviceSharing
import EligibilityPolicy
import EventLog

extension FactClaim {
    /// Whether events of a type claim something.
    private static func isMade(by type: EventType) -> Bool {
        switch type {
        case .shareRequestHeld, .shareRequestApproved, .shareRequestRejected, .shareRequestEndorsed, .shareRequestClaimed,
            .shareRequestReleased, .shareRequestNoted:
            true
        default: false
        }
    }

    /// Hands on what an event claims, each with the name of the stream that it is about.
    ///
    /// - Parameter seen: the event's decision and what it saw; nil where it holds none.
    static func forEach(
        of event: borrowing LentEvent, _ seen: SeenDecision?, _ body: (_ claim: FactClaim, _ stream: String) -> Void
    ) throws(EventDecodingError) {
        let made: (request: ShareRequestID, event: ShareRequestEvent)?
        if let seen { made = (seen.request, seen.event) } else { made = try read(event) }
        guard let made, let deed = Deed(made.event) else { return }
        let (request, facts) = (made.request, seen?.facts)
        let (position, recordedAt, isSubmission) = (
            event.position, event.recordedAt, event.version == EventSchema.submissionDecisionVersion
        )
        func claim(_ subject: Subject, _ stream: StreamID) {
            body(FactClaim(position: position, recordedAt: recordedAt, subject: subject), stream.name)
        }
        claim(
            .request(RequestClaim(deed: deed, actor: actor(event.metadata), facts: facts.map { RequestClaim.Facts($0) })),
            .shareRequest(request))
        guard let facts else { return }
        for (part, participant) in [(Part.requester, facts.requester), (.owner, facts.owner)] {
            claim(
                .user(UserClaim(part, participant, request, isSubmission: isSubmission, at: facts.decidedAt)),
                .user(UserID(trusted: participant.id)))
            for device in participant.devices {
                let isShared = part == .owner && device.id.utf8.elementsEqual(facts.device.utf8)
                claim(
                    .device(
                        DeviceClaim(
                            part: part, holder: participant.id,
                            listed: DeviceClaim.Listed(kind: device.kind.rawValue, activatedAt: device.activatedAt),
                            sharedWith: isShared ? Int64(facts.sharedWith) : nil, decidedAt: facts.decidedAt)),
                    .device(DeviceID(trusted: device.id)))
            }
        }
        guard !facts.owner.devices.contains(where: { $0.id.utf8.elementsEqual(facts.device.utf8) }) else { return }
        claim(
            .device(
                DeviceClaim(
                    part: .owner, holder: facts.owner.id, listed: nil, sharedWith: Int64(facts.sharedWith),
                    decidedAt: facts.decidedAt)),
            .device(DeviceID(trusted: facts.device)))
    }

    /// An event that claims something without holding a decision.
    private static func read(
        _ event: borrowing LentEvent
    ) throws(EventDecodingError) -> (request: ShareRequestID, event: ShareRequestEvent)? {
        guard !event.isDetached, let type = EventType(utf8: event.type), isMade(by: type),
            case .shareRequest(let request)? = StreamID(utf8: event.stream),
            case .shareRequest(let change) = try EventSchema.decode(
                type: event.type, schemaVersion: event.schemaVersion, data: event.data, detail: .state)
        else { return nil }
        return (request, change)
    }

    /// Who acted, by an event's metadata.
    private static func actor(_ metadata: UnsafeRawBufferPointer) -> String? {
        var reader = CanonicalJSONReader(metadata)
        var actor: String?
        do throws(JSONError) {
            try reader.object { name, reader throws(JSONError) in
                if case "actor" = name { actor = try reader.string() } else { try reader.skip() }
            }
        } catch {
            return nil
        }
        return actor
    }
}

/// A decision that was read from the log, and what it saw.
struct SeenDecision: Sendable {
    let request: ShareRequestID
    let event: ShareRequestEvent
    let facts: Facts

    /// Throws `event-unreadable`.
    init(_ entry: DecisionLog.Entry) throws {
        (request, event, facts) = (entry.request, entry.event, try entry.facts())
    }
}

extension FactClaim.UserClaim {
    fileprivate init(
        _ part: FactClaim.Part, _ facts: ParticipantFacts, _ request: ShareRequestID, isSubmission: Bool, at decidedAt: Timestamp
    ) {
        self.init(
            part: part, request: request, isSubmission: isSubmission, entity: facts.entity, entityKind: facts.entityKind.rawValue,
            person: facts.person ?? "", adult: facts.adult.rawValue,
            registeredAt: facts.registeredAt, decidedAt: decidedAt, devices: facts.devices.map(\.id))
    }
}

extension FactClaim.RequestClaim.Facts {
    fileprivate init(_ facts: EligibilityPolicy.Facts) {
        self.init(
            requester: facts.requester.id, owner: facts.owner.id, device: facts.device, submittedAt: facts.submittedAt,
            decidedAt: facts.decidedAt,
            consent: facts.consent.map {
                FactClaim.RequestClaim.Consent(method: $0.method, givenAt: $0.givenAt, reference: $0.reference)
            },
            session: facts.session?.text ?? "", inputs: facts.inputs.text)
    }
}

extension Deed {
    /// Nil for an event that nothing is claimed by.
    fileprivate init?(_ event: ShareRequestEvent) {
        switch event {
        case .held(let record, _, _):
            self.init(kind: .held, outcome: record.outcome, approvals: Int64(record.approvalsRequired))
        case .approved(let decider, let record, _):
            self.init(
                kind: decider == .policy ? .approvedByPolicy : .approvedByOfficer, outcome: record.outcome,
                approvals: Int64(record.approvalsRequired))
        case .rejected(let rejection):
            self.init(
                kind: rejection.by == .policy ? .rejectedByPolicy : .rejectedByOfficer, outcome: rejection.decision?.outcome)
        case .endorsed(let officer, _): self.init(kind: .endorsed, officer: officer)
        case .claimed(let officer, let until): self.init(kind: .claimed, officer: officer, until: until)
        case .released(let officer): self.init(kind: .released, officer: officer)
        case .noted(let officer, _): self.init(kind: .noted, officer: officer)
        case .submitted, .withdrawn, .expired, .escalated, .activated, .ended: return nil
        }
    }
}
