import Canonical
import DeviceSharing
import HTTPEdge
import HTTPTypes
import SharingEngine

/// `/v1/events`: the ledger, for auditors and whoever follows it.
enum EventRoutes {
    static let all = [list, stream]

    private static let path = "/v1/events"
    private static let positions = Schema.integer(0...9_007_199_254_740_991)
    private static let after = Parameter.query(
        "after", positions, "Events behind this position; from the beginning unless told.")
    private static let type = Parameter.query(
        "type", .string(.choice(DomainEvent.types)), isList: true,
        "Only events of this type; may be given more than once.")
    private static let lastEventID = Parameter.header(
        "Last-Event-ID", positions,
        "The last event that was seen, from a client that comes back; counts before `after`.")

    private static let list = Route(
        method: .get, path: path, name: "listEvents", group: .audit, access: .roles([.auditor]),
        summary: "Events of the ledger in order, without gaps.",
        description: "With a type, a page may be empty and yet not the last: go on for as long as there is a next one.",
        parameters: [after, type, .limit],
        successes: [
            Route.Success(
                status: .ok, description: "A page.", content: .json(.object(Page.schema("EventPage", of: .event))),
                headers: [.link])
        ]
    ) { call in
        let page = try await call.engine.eventPage(
            after: call.parameters.position(after.name), types: call.parameters.texts(type.name),
            limit: call.parameters.integer("limit") ?? 100)
        return Page(items: page.events.map(\.json), next: page.hasMore ? page.through.description : nil)
            .answer(path: path, query: call.parameters.query(of: [after, type, .limit]))
    }

    private static let stream = Route(
        method: .get, path: path + "/stream", name: "streamEvents", group: .audit, access: .roles([.auditor]),
        summary: "Events of the ledger as they are committed, as Server-Sent Events.",
        description: """
            `id` is the position, `event` the type, `data` the event as JSON. A client that comes back with Last-Event-ID misses \
            nothing and hears nothing twice. A comment every 15 seconds says that the stream is there. It ends after five minutes, \
            and sooner with the time of its token: come back then with Last-Event-ID and a token that is still good.
            """,
        parameters: [after, type, lastEventID],
        successes: [
            Route.Success(status: .ok, description: "The stream.", content: .text(mediaType: EventStream.mediaType))
        ], isStream: true
    ) { call in
        let start = call.parameters.text(lastEventID.name) == nil ? after.name : lastEventID.name
        let position = call.parameters.position(start)
        return Answer(
            content: .stream(
                EventStream(
                    engine: call.engine, types: call.parameters.texts(type.name), start: position,
                    wakeUps: try call.backend.feed.wakeUps(for: call.caller),
                    heartbeat: call.backend.limits.heartbeat,
                    longest: call.maximumStreamLength)))
    }
}

extension Call {
    /// For how long the caller may listen before it says again who it is: no longer than its token is good.
    fileprivate var maximumStreamLength: Duration {
        let limit = backend.limits.maximumStreamLength
        guard let principal else { return limit }
        return min(principal.expiresAt.duration(since: .now), limit)
    }
}

extension CheckedParameters {
    fileprivate func position(_ name: String) -> Position {
        text(name).flatMap { Int64($0) }.map(Position.init(rawValue:)) ?? .start
    }
}
