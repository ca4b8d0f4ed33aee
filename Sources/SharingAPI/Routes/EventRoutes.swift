import Canonical
import DeviceSharing
import HTTPEdge
import HTTPTypes
import SharingEngine

/// `/v1/events`: the ledger, for auditors and whoever follows it.
enum EventRoutes {
    static let all = [list, stream]

    private static let path = "/v1/events"
    private static let after = Parameter.query(
        "after", .string(.logCursor),
        "Events behind this: a next, an asOf, an id of the stream, or a position; from the beginning unless told.")
    private static let type = Parameter.query(
        "type", .string(.choice(DomainEvent.types)), isList: true,
        "Only events of this type; may be given more than once.")
    private static let lastEventID = Parameter.header(
        "Last-Event-ID", .string(.logCursor),
        "The last event that was seen, from a client that comes back; counts before `after`.")

    private static let rewound = """
        Where the log no longer holds what the caller has, the answer is 409 log-rewound: a database has come back without its last \
        events, and positions mean other events now. The answer names the caller's checkpoint if the log holds that still: go on from \
        there.
        """

    private static let list = Route(
        method: .get, path: path, name: "listEvents", group: .audit, access: .roles([.auditor]),
        summary: "Events of the ledger in order, without gaps.",
        description: """
            With a type, a page may be empty and yet not the last: go on for as long as there is a next one, and later from asOf. \
            \(rewound)
            """,
        parameters: [after, type, .limit],
        successes: [
            Route.Success(
                status: .ok, description: "A page.",
                content: .json(.object(Page.schema("EventPage", of: .event, readThrough: true))), headers: [.link])
        ], ownProblems: [.logRewound]
    ) { call in
        let page = try await call.engine.eventPage(
            after: call.parameters.cursor(after.name), types: call.parameters.texts(type.name),
            limit: call.parameters.integer("limit") ?? 100)
        let through = page.through.description
        return Page(items: page.events.map(\.json), next: page.hasMore ? through : nil, asOf: through)
            .answer(path: path, query: call.parameters.query(of: [after, type, .limit]))
    }

    private static let stream = Route(
        method: .get, path: path + "/stream", name: "streamEvents", group: .audit, access: .roles([.auditor]),
        summary: "Events of the ledger as they are committed, as Server-Sent Events.",
        description: """
            `id` is where to go on, `event` the type, `data` the event as JSON. A client that comes back with Last-Event-ID misses \
            nothing and hears nothing twice. \(rewound) A comment every 15 seconds says that the stream is there. It ends after five minutes, \
            and sooner with the time of its token: come back then with Last-Event-ID and a token that is still good.
            """,
        parameters: [after, type, lastEventID],
        successes: [
            Route.Success(status: .ok, description: "The stream.", content: .text(mediaType: EventStream.mediaType))
        ], ownProblems: [.logRewound], isStream: true
    ) { call in
        let start = call.parameters.text(lastEventID.name) == nil ? after.name : lastEventID.name
        return Answer(
            content: .stream(
                try await EventStream(
                    engine: call.engine, types: call.parameters.texts(type.name), start: call.parameters.cursor(start),
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
    fileprivate func cursor(_ name: String) -> LogCursor { text(name).flatMap { LogCursor($0) } ?? .start }
}
