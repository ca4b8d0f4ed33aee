import Canonical
import DeviceSharing
import EligibilityPolicy
import SharingEngine
import SharingLog

/// One request: everything that is needed to decide on it.
enum RequestPages {
    static let all = [page]

    private static let path = "/console/requests"
    /// Other requests of the same people on a page, at most.
    private static let maximumOthers = 20

    static func address(of request: ShareRequestID) -> String { "\(path)/\(request)" }

    /// The way to a request, for whoever may see it.
    static func link(_ call: ConsoleCall, to request: ShareRequestID) -> JSONValue {
        call.link(to: page, at: address(of: request))
    }

    private static let page = ConsoleRoute.page(path + "/{request}", for: [.compliance, .auditor]) { call in
        let id = try call.shareRequest()
        let dossier: RequestDossier
        var past: Position?
        if let point = try call.point() {
            let position = try await call.engine.log.position(at: point)
            past = position
            dossier = try await call.engine.dossier(of: id, through: position)
        } else {
            dossier = try await call.engine.dossier(of: id, for: officer(call))
        }
        let request = dossier.request
        let others = try await call.engine.requests(of: [request.requester, request.owner], limit: maximumOthers + 1)
            .filter { $0.request != id }.prefix(maximumOthers)
        try await call.engine.learnReasons(of: Array(others))
        return try call.page(
            "request", title: call.say("request.title", ["request": call.short(id)]),
            try await json(call, dossier, past: past, others: Array(others)))
    }

    /// Whoever may decide; nil for those who only read.
    private static func officer(_ call: ConsoleCall) -> Actor? {
        guard call.role == .compliance, let principal = call.principal else { return nil }
        return principal.actor(as: .compliance)
    }

    private static func json(
        _ call: ConsoleCall, _ dossier: RequestDossier, past: Position?, others: [ShareRequestRow]
    ) async throws -> JSONValue {
        let request = dossier.request
        let address = address(of: request.id)
        let catalog =
            dossier.outlook?.today?.reading?.policy.catalog ?? dossier.decided?.reading?.policy.catalog
            ?? call.words.catalog
        let story = try await EventStory(call, of: dossier.history)
        let changes = FactChangeText(call: call, catalog: catalog)
        let notes = notes(call, dossier)
        return .members([
            "id": .string(request.id.description), "short": .string(call.short(request.id)), "address": .string(address),
            "timeline": .string(address + "/timeline"), "head": head(call, dossier),
            "past": past.map { asOf($0, call, dossier) },
            "sides": SideBySide(call: call, dossier: dossier, catalog: catalog).json,
            "levels": LevelPicture(call: call, dossier: dossier, catalog: catalog).json,
            "decision": dossier.decided.map {
                DecisionTable(call: call, view: $0, today: dossier.outlook?.today).json
            },
            "isPending": .bool(dossier.outlook != nil),
            "changes": dossier.outlook.map { JSONValue($0.changes.map(changes.text)) },
            "hasChanges": .bool(dossier.outlook?.changes.isEmpty == false),
            "casework": casework(call, dossier), "canNote": .bool(call.role == .compliance && past == nil),
            "lease": past == nil ? call.lease(of: request, at: dossier.asOf) : nil, "next": next(call, dossier),
            "hasNotes": .bool(!notes.isEmpty), "notes": .array(notes),
            "others": RequestRows(call: call).json(others),
            "hasOthers": .bool(!others.isEmpty),
            "story": .array(dossier.history.map { story.json($0, on: address) }),
        ])
    }

    /// The point at which the request is shown.
    private static func asOf(_ position: Position, _ call: ConsoleCall, _ dossier: RequestDossier) -> JSONValue {
        // Any event may be there: of those that are not the request's, it is not known here who may see them.
        let own = dossier.history.last { $0.position == position }
        return .members([
            "position": .string(position.description), "when": call.moment(dossier.asOf),
            "log": LogPages.link(call, to: position, of: own.flatMap { EventType(rawValue: $0.type) }),
        ])
    }

    private static func casework(_ call: ConsoleCall, _ dossier: RequestDossier) -> JSONValue? {
        guard let forecast = dossier.outlook?.forecast, let policy = call.engine.activePolicy else { return nil }
        return CaseworkPanel(call: call, dossier: dossier, forecast: forecast, policy: policy).json
    }

    private static func head(_ call: ConsoleCall, _ dossier: RequestDossier) -> JSONValue {
        let request = dossier.request
        let pending = request.pending
        let claim = pending?.claim.flatMap { $0.isInForce(at: dossier.asOf) ? $0 : nil }
        let approvals = pending.map(\.approvalsRequired) ?? 1
        let age: JSONValue? = pending.map { _ in .string(call.span(dossier.asOf.duration(since: request.submittedAt))) }
        let inputs = inputs(call, dossier)
        let left: JSONValue? = pending.map { .string(call.span($0.expiresAt.duration(since: dossier.asOf))) }
        return .members([
            "state": .string(call.name(request.state)), "class": Badge(request.state).json,
            "isEscalated": .bool(pending?.escalatedAt != nil),
            "requester": .string(request.requester.rawValue), "owner": .string(request.owner.rawValue),
            "device": .string(request.device.rawValue), "submitted": call.moment(request.submittedAt),
            "age": age, "deadline": call.moment(pending?.expiresAt), "left": left,
            "approvals": approvals > 1 ? .string(call.say("decision.approvals", ["count": String(approvals)])) : nil,
            "endorsedBy": (pending?.endorsedBy).map { .string($0) }, "claimedBy": claim.map { .string($0.officer) },
            "isMine": .bool(claim?.officer == call.officer), "claimedUntil": call.moment(claim?.until),
            "decidedAt": call.moment(request.decidedAt), "endedAt": call.moment(request.endedAt),
            "consent": consent(call, request), "session": session(call, request), "inputs": .array(inputs),
            "hasInputs": .bool(!inputs.isEmpty), "counters": counters(call, dossier),
            "hasCounters": .bool(dossier.decided?.facts.counters.isEmpty == false), "rejection": rejection(call, request),
        ])
    }

    private static func consent(_ call: ConsoleCall, _ request: ShareRequest) -> JSONValue? {
        guard let consent = request.consent else { return nil }
        return .members([
            "method": .string(consent.method), "givenAt": call.moment(consent.givenAt),
            "reference": .string(consent.reference),
        ])
    }

    private static func session(_ call: ConsoleCall, _ request: ShareRequest) -> JSONValue? {
        guard let session = request.statement.session?.facts else { return nil }
        return .members([
            "methods": .string(session.listedMethods), "level": .string(String(session.level)),
            "authenticatedAt": call.moment(session.authenticatedAt),
        ])
    }

    /// What the portal said, and the defaults that counted where it said nothing, under the titles of the policy that decided.
    private static func inputs(_ call: ConsoleCall, _ dossier: RequestDossier) -> [JSONValue] {
        let known = policy(call, dossier)?.inputs ?? []
        let said = dossier.request.statement.inputs
        func row(_ title: String, _ value: InputValue, isDefault: Bool) -> JSONValue {
            ["title": .string(title), "value": .string(value.description), "isDefault": .bool(isDefault)]
        }
        return said.sorted.map { name, value in
            row(known.first { $0.id == name }?.title[call.reader.language] ?? name, value, isDefault: false)
        }
            + known.filter { said[$0.id] == nil }.map {
                row($0.title[call.reader.language], $0.fallback, isDefault: true)
            }
    }

    /// The policy that decided last; the one in force where the log does not hold it.
    private static func policy(_ call: ConsoleCall, _ dossier: RequestDossier) -> Policy? {
        dossier.decided?.reading?.policy ?? call.engine.activePolicy
    }

    /// What the latest decision counted.
    private static func counters(_ call: ConsoleCall, _ dossier: RequestDossier) -> JSONValue {
        .array(
            (dossier.decided?.facts.counters.sorted ?? []).map { counter, value in
                ["title": .string(call.title(of: counter, under: policy(call, dossier))), "value": .string(String(value))]
            })
    }

    private static func rejection(_ call: ConsoleCall, _ request: ShareRequest) -> JSONValue? {
        guard case .rejected(let rejection, _) = request.status else { return nil }
        return .members([
            "by": .string(call.say("decider.\(rejection.by.rawValue)")),
            "reason": rejection.reason.map { .string(call.title(ofRejectionReason: $0)) },
            "error": rejection.error.map { .string(call.text(of: $0).detail) }, "note": rejection.note.map { .string($0) },
        ])
    }

    /// Every note on the request, by itself or with a decision.
    private static func notes(_ call: ConsoleCall, _ dossier: RequestDossier) -> [JSONValue] {
        dossier.history.compactMap { event in
            guard case .shareRequest(let change) = event.event, let text = change.note else { return nil }
            return .members([
                "who": .string(event.actor ?? "?"), "when": call.moment(event.recordedAt), "text": .string(text),
                "with": .string(call.eventName(event.type)),
            ])
        }
    }

    /// The way to the next request in the queue, from the place that this one has or had in it.
    private static func next(_ call: ConsoleCall, _ dossier: RequestDossier) -> JSONValue? {
        guard call.role == .compliance else { return nil }
        return .string(NextPages.address(behind: dossier))
    }
}

extension ShareRequestEvent {
    /// What somebody wrote with it.
    fileprivate var note: String? {
        switch self {
        case .noted(_, let text): text
        case .approved(_, _, let note), .withdrawn(let note), .endorsed(_, let note), .ended(_, _, let note): note
        case .rejected(let rejection): rejection.note
        case .submitted, .held, .expired, .escalated, .claimed, .released, .activated: nil
        }
    }
}
