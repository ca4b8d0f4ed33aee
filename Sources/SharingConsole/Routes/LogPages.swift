import Canonical
import DeviceSharing
import EligibilityPolicy
import HTTPEdge
import SharingEngine
import SharingLog

/// The ledger itself, event by event. Officers see what happened to requests, auditors everything.
enum LogPages {
    static let all = [log, event]

    private static let path = "/console/log"
    private static let readers: [Role] = [.auditor, .compliance]

    private static let log = ConsoleRoute.page(path, for: readers, menu: "log") { call in
        let filter = try LogFilter(call)
        let page = try await call.engine.log(filter.search)
        let story = try await EventStory(call, of: [])
        let asked = call.query.without(["before"]).map { (name: $0.name, value: Optional($0.value)) }
        let after = page.next.map { next in
            FormFields.address(path, asked + [(name: "before", value: next.description)])
        }
        return try call.page(
            "log", title: call.say("log.title"),
            .members([
                "filter": filter.json, "isForRequests": .bool(call.role == .compliance),
                "hasEvents": .bool(!page.events.isEmpty), "hasNext": .bool(page.next != nil), "next": after.map { .string($0) },
                "isFirst": .bool(filter.search.before == nil), "newest": .string(FormFields.address(path, asked)),
                "lookedTo": page.next.map { .string(call.say("log.looked-to", ["position": $0.description])) },
                "events": .array(
                    page.events.map { event in
                        .members([
                            "position": .string(event.position.description), "link": .string(address(at: event.position)),
                            "when": call.moment(event.recordedAt), "type": .string(call.eventName(event.type)),
                            "subject": .string(event.stream.name), "subjectPage": address(of: event.stream),
                            "actor": .string(event.actor ?? "?"), "role": event.role.map { .string(call.roleName($0)) },
                            "sentence": .string(story.sentences(of: event).first ?? ""),
                        ])
                    }),
            ]))
    }

    private static let event = ConsoleRoute.page(path + "/{position}", for: readers) { call in
        guard let position = call.path["position"].flatMap({ Int64($0) }), position > 0,
            let event = try await call.engine.event(at: Position(rawValue: position))
        else { throw ProblemDetails(.routeNotFound) }
        guard isShown(EventType(rawValue: event.type), to: call.role) else { throw ProblemDetails(.roleNotPermitted) }
        let story = try await EventStory(call, of: [event])
        let (before, after) = try await neighbours(of: event.position, call)
        return try call.page(
            "log-event", title: call.say("log.event-title", ["position": event.position.description]),
            .members([
                "heading": .string(call.say("log.event-title", ["position": event.position.description])),
                "event": story.json(event, on: page(of: event.stream) ?? path), "subject": .string(event.stream.name),
                "subjectPage": address(of: event.stream), "version": .string(String(event.version)),
                "leafHash": .string(event.leafHash.description),
                "correlation": (event.metadata["correlation"]?.stringValue).map { .string($0) },
                "raw": .string(event.json.indentedLines.joined(separator: "\n")),
                "before": before.map { .string(address(at: $0)) }, "after": after.map { .string(address(at: $0)) },
            ]))
    }

    private static func address(at position: Position) -> String { "\(path)/\(position)" }

    /// The way to an event, for whoever may see it.
    static func link(_ call: ConsoleCall, to position: Position, of type: EventType?) -> JSONValue {
        isShown(type, to: call.role(on: event)) ? call.link(to: event, at: address(at: position)) : false
    }

    /// - Parameter type: nil for one that the program does not know.
    private static func isShown(_ type: EventType?, to role: Role?) -> Bool {
        role == .auditor || type?.properties.family == .shareRequest
    }

    /// The types that a role sees.
    fileprivate static func types(for role: Role?) -> [EventType] { EventType.allCases.filter { isShown($0, to: role) } }

    /// The events on both sides of one. Officers step over what did not happen to requests, as far as one question looks.
    private static func neighbours(
        of position: Position, _ call: ConsoleCall
    ) async throws -> (before: Position?, after: Position?) {
        guard call.role != .auditor else {
            let isLast = try await call.engine.log.head() <= position
            let before = position.advanced(by: -1)
            return (before > .start ? before : nil, isLast ? nil : position.advanced(by: 1))
        }
        var search = LogSearch()
        search.types = types(for: call.role)
        search.before = position
        search.limit = 1
        let before = try await call.engine.log(search).events.first
        let after = try await call.engine.eventPage(
            after: LogCursor(position), types: search.types.map(\.rawValue), limit: 1
        ).events.first
        return (before?.position, after?.position)
    }

    private static func address(of stream: StreamID) -> JSONValue? { page(of: stream).map { .string($0) } }

    /// Where what an event is about has its page.
    private static func page(of stream: StreamID) -> String? {
        switch stream {
        case .user(let id): "/console/users/\(id)"
        case .device(let id): "/console/devices/\(id)"
        case .shareRequest(let id): RequestPages.address(of: id)
        case .policy: PolicyPages.path
        case .archive, .webhook, .clock: nil
        }
    }
}

/// What stands in the address of the log, checked.
private struct LogFilter {
    let call: ConsoleCall
    var search = LogSearch()

    /// Throws `log-filter-invalid`.
    init(_ call: ConsoleCall) throws(ProblemDetails) {
        self.call = call
        search.limit = 50
        let types = LogPages.types(for: call.role)
        if let text = call.query.text("type") {
            guard let type = EventType(rawValue: text), types.contains(type) else { throw ProblemDetails(.logFilterInvalid) }
            search.types = [type]
        } else if call.role != .auditor {
            search.types = types
        }
        if let text = call.query.text("stream") {
            guard let stream = StreamID(name: text) else { throw ProblemDetails(.logFilterInvalid) }
            search.stream = stream
        }
        search.actor = call.query.text("actor")
        search.from = try moment("from")
        search.until = try moment("until")
        if let text = call.query.text("before") {
            guard case .position(let position)? = HistoryPoint(text) else { throw ProblemDetails(.logFilterInvalid) }
            search.before = position
        }
    }

    private func moment(_ name: String) throws(ProblemDetails) -> Timestamp? {
        guard let text = call.query.text(name) else { return nil }
        guard case .moment(let moment)? = HistoryPoint(text) else { throw ProblemDetails(.logFilterInvalid) }
        return moment
    }

    var json: JSONValue {
        let chosen = call.query.text("type")
        return .members([
            "stream": call.query.text("stream").map { .string($0) }, "actor": search.actor.map { .string($0) },
            "from": call.query.text("from").map { .string($0) }, "until": call.query.text("until").map { .string($0) },
            "types": .array(
                LogPages.types(for: call.role).map { type in
                    [
                        "id": .string(type.rawValue), "name": .string(call.name(type)),
                        "isChosen": .bool(type.rawValue == chosen),
                    ]
                }),
        ])
    }
}
