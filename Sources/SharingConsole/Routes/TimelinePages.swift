import Canonical
import DeviceSharing
import EligibilityPolicy
import HTTPEdge
import SharingEngine
import SharingLog

/// What happened to one user, device or request: each event, and the state after it, step by step.
enum TimelinePages {
    static let all = [user, device, request]

    /// Events on a page, at most: those before them are a step away.
    private static let maximumEvents = 100
    private static let readers: [Role] = [.compliance, .auditor]

    private static let user = ConsoleRoute.page("/console/users/{user}", for: readers) { call in
        guard let id = call.path["user"].flatMap({ UserID($0) }) else { throw ProblemDetails(.routeNotFound) }
        return try await timeline(
            call, of: .user(id), title: call.say("timeline.user", ["name": id.rawValue]), address: "/console/users/\(id)",
            missing: .userNotFound(id), requests: try await call.engine.requests(of: [id], limit: 20))
    }

    private static let device = ConsoleRoute.page("/console/devices/{device}", for: readers) { call in
        guard let id = call.path["device"].flatMap({ DeviceID($0) }) else { throw ProblemDetails(.routeNotFound) }
        return try await timeline(
            call, of: .device(id), title: call.say("timeline.device", ["name": id.rawValue]),
            address: "/console/devices/\(id)", missing: .deviceNotFound(id))
    }

    private static let request = ConsoleRoute.page("/console/requests/{request}/timeline", for: readers) { call in
        let id = try call.shareRequest()
        return try await timeline(
            call, of: .shareRequest(id), title: call.say("timeline.request", ["name": call.short(id)]),
            address: RequestPages.address(of: id) + "/timeline", missing: .requestNotFound(id),
            whole: RequestPages.address(of: id))
    }

    /// - Parameters:
    ///   - missing: why there is nothing to show.
    ///   - whole: the page of the whole request.
    ///   - requests: those in which the user takes part.
    private static func timeline(
        _ call: ConsoleCall, of stream: StreamID, title: String, address: String, missing: SharingError,
        whole: String? = nil, requests: [ShareRequestRow] = []
    ) async throws -> ConsoleAnswer {
        let states = try await call.engine.log.replay(stream)
        try await call.engine.learnReasons(of: requests)
        guard let newest = states.last else { throw missing }
        var place = states.count - 1
        if let point = try call.point() {
            let position = try await call.engine.log.position(at: point)
            // Before its first event there was nothing of this name.
            guard let last = states.lastIndex(where: { $0.event.position <= position }) else { throw missing }
            place = last
        }
        let shown = states[max(0, place + 1 - maximumEvents)...place]
        let story = try await EventStory(call, of: shown.map(\.event))
        func link(_ index: Int) -> JSONValue? {
            states.indices.contains(index) ? .string("\(address)?at=\(states[index].event.position)") : nil
        }
        let current = states[place]
        return try call.page(
            "timeline", title: title,
            .members([
                "heading": .string(title), "address": .string(address), "whole": whole.map { .string($0) },
                "wholeAt": whole.map { .string("\($0)?at=\(current.event.position)") },
                "isPast": .bool(current.event.position != newest.event.position),
                "position": .string(current.event.position.description), "when": call.moment(current.event.recordedAt),
                "log": LogPages.link(call, to: current.event.position, of: EventType(rawValue: current.event.type)),
                "count": .string(call.say("timeline.event-of", ["number": String(place + 1), "count": String(states.count)])),
                "rows": table(call, states, place), "first": place > 0 ? link(0) : nil, "back": link(place - 1),
                "forward": link(place + 1), "at": call.query.text("at").map { .string($0) },
                "hasEarlier": .bool(shown.startIndex > 0), "earlier": link(shown.startIndex - 1),
                "hasRequests": .bool(!requests.isEmpty), "others": RequestRows(call: call).json(requests),
                "story": .array(
                    shown.indices.reversed().map { index in
                        story.json(states[index].event, on: address).adding([
                            "rows": table(call, states, index), "isCurrent": .bool(index == place),
                        ])
                    }),
            ]))
    }

    private static func table(_ call: ConsoleCall, _ states: [ReplayedState], _ place: Int) -> JSONValue {
        StateTable(call: call, state: states[place].folded, before: place > 0 ? states[place - 1].folded : nil).json
    }
}

extension JSONValue {
    /// An object with more members.
    fileprivate func adding(_ members: KeyValuePairs<String, JSONValue>) -> JSONValue {
        guard case .object(var object) = self else { return self }
        for (name, value) in members { object[name] = value }
        return .object(object)
    }
}
