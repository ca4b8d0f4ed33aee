import Canonical
import EligibilityPolicy

extension ShareRequestEvent {
    func write(to writer: inout CanonicalJSONWriter) {
        switch self {
        case .submitted(let request, let requester, let owner, let device, let consent, let statement, let submitter):
            consent?.write(to: &writer)
            writer.member("device", device.rawValue)
            if !statement.inputs.isEmpty {
                writer.name("inputs")
                statement.inputs.write(to: &writer)
            }
            writer.member("owner", owner.rawValue)
            writer.member("request", request.description)
            writer.member("requester", requester.rawValue)
            if let session = statement.session {
                writer.name("session")
                session.facts.write(to: &writer)
            }
            if let submitter { writer.member("submitter", submitter) }
        case .held(let record, let expiresAt, let escalatesAt):
            writer.name("decision")
            writer.value(canonical: record.decisionBytes)
            if let escalatesAt { writer.member("escalatesAt", escalatesAt) }
            writer.member("expiresAt", expiresAt)
            writer.name("facts")
            writer.value(canonical: record.factsBytes)
        case .approved(let decider, let record, let note):
            writer.member("by", decider.rawValue)
            writer.name("decision")
            writer.value(canonical: record.decisionBytes)
            writer.name("facts")
            writer.value(canonical: record.factsBytes)
            if let note { writer.member("note", note) }
        case .rejected(let rejection): rejection.write(to: &writer)
        case .withdrawn(let note):
            if let note { writer.member("note", note) }
        case .expired, .escalated, .activated: break
        case .claimed(let officer, let until):
            writer.member("officer", officer)
            writer.member("until", until)
        case .released(let officer): writer.member("officer", officer)
        case .noted(let officer, let text):
            writer.member("officer", officer)
            writer.member("text", text)
        case .endorsed(let officer, let note):
            if let note { writer.member("note", note) }
            writer.member("officer", officer)
        case .ended(let reason, let consent, let note):
            consent?.write(to: &writer)
            if let note { writer.member("note", note) }
            writer.member("reason", reason.rawValue)
        }
    }

    init(_ type: EventType, _ members: inout EventMembers) throws {
        switch type {
        case .shareRequestSubmitted:
            self = .submitted(
                request: try members.request("request"), requester: try members.identifier("requester"),
                owner: try members.identifier("owner"), device: try members.identifier("device"),
                consent: try OwnerConsent(in: members),
                statement: PortalStatement(
                    session: try RequesterSession(in: members), inputs: try members.inputs("inputs")),
                submitter: try members.optionalString("submitter"))
        case .shareRequestHeld:
            self = .held(
                try Self.record(members), expiresAt: try members.timestamp("expiresAt"),
                escalatesAt: try members.optionalTimestamp("escalatesAt"))
        case .shareRequestApproved:
            self = .approved(by: try members.choice("by"), try Self.record(members), note: try members.optionalString("note"))
        case .shareRequestRejected: self = .rejected(try Rejection(members))
        case .shareRequestWithdrawn: self = .withdrawn(note: try members.optionalString("note"))
        case .shareRequestExpired: self = .expired
        case .shareRequestEscalated: self = .escalated
        case .shareRequestClaimed:
            self = .claimed(officer: try members.string("officer"), until: try members.timestamp("until"))
        case .shareRequestReleased: self = .released(officer: try members.string("officer"))
        case .shareRequestNoted: self = .noted(officer: try members.string("officer"), text: try members.string("text"))
        case .shareRequestEndorsed:
            self = .endorsed(officer: try members.string("officer"), note: try members.optionalString("note"))
        case .sharingActivated: self = .activated
        case .sharingEnded:
            self = .ended(
                reason: try members.choice("reason"), consent: try OwnerConsent(in: members),
                note: try members.optionalString("note"))
        default: throw EventDecodingError(.unknownType, "\(type.rawValue) is no event of a share request")
        }
    }

    private static func record(_ members: EventMembers) throws -> DecisionRecord {
        guard let record = try members.decisionRecord() else {
            throw EventDecodingError(.malformedData, "the decision is missing")
        }
        return record
    }
}

extension OwnerConsent {
    fileprivate func write(to writer: inout CanonicalJSONWriter) {
        writer.member(
            "consent",
            object: { writer in
                writer.member("givenAt", givenAt)
                writer.member("method", method)
                writer.member("reference", reference)
                writer.member("type", type.rawValue)
            })
    }

    /// Nil where the event has none. Consents of before have no type: all of them were asserted.
    fileprivate init?(in members: EventMembers) throws {
        guard let consent = try members.object("consent") else { return nil }
        self.init(
            trustedMethod: try consent.string("method"), givenAt: try consent.timestamp("givenAt"),
            reference: try consent.string("reference"), type: try consent.optionalChoice("type") ?? .asserted)
    }
}

extension RequesterSession {
    /// Nil where the event has none.
    fileprivate init?(in members: EventMembers) throws {
        guard let session = try members.object("session") else { return nil }
        self.init(
            trusted: SessionFacts(
                methods: try session.choices("methods"), level: Int(try session.integer("level")),
                authenticatedAt: try session.timestamp("authenticatedAt")))
    }
}

extension Rejection {
    fileprivate func write(to writer: inout CanonicalJSONWriter) {
        writer.member("by", by.rawValue)
        if let decision {
            writer.name("decision")
            writer.value(canonical: decision.decisionBytes)
        }
        if let disclosed {
            writer.member(
                "disclosed",
                object: { writer in
                    writer.member("policy", disclosed.policy.description)
                    writer.member("reason", disclosed.reason)
                })
        }
        if let error {
            writer.member(
                "error",
                object: { writer in
                    writer.member("code", error.code.rawValue)
                    writer.name("parameters")
                    error.parameters.write(to: &writer)
                })
        }
        if let decision {
            writer.name("facts")
            writer.value(canonical: decision.factsBytes)
        }
        if let note { writer.member("note", note) }
        if let reason { writer.member("reason", reason) }
    }

    fileprivate init(_ members: EventMembers) throws {
        var error: SharingError?
        if let members = try members.object("error") {
            guard let parameters = try members.json("parameters").flatMap(ErrorParameters.init(json:)) else {
                throw EventDecodingError(.malformedData, "the error's parameters are missing")
            }
            error = SharingError(try members.choice("code"), parameters)
        }
        try self.init(
            by: members.choice("by"), decision: members.decisionRecord(), error: error,
            reason: members.optionalString("reason"), disclosed: DisclosedRejection(in: members),
            note: members.optionalString("note"))
    }
}

extension DisclosedRejection {
    /// Nil where the event has none, as those of before policies said what clients may be told.
    fileprivate init?(in members: EventMembers) throws {
        guard let disclosed = try members.object("disclosed") else { return nil }
        guard let policy = Digest(hex: try disclosed.string("policy")) else {
            throw EventDecodingError(.malformedData, "the policy of what is disclosed is not a SHA-256 digest")
        }
        self.init(reason: try disclosed.string("reason"), policy: policy)
    }
}
