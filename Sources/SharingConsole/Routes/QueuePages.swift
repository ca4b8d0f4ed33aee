import Canonical
import DeviceSharing
import EligibilityPolicy
import EventLog
import HTTPEdge
import HTTPTypes
import SharingEngine
import SharingLog

/// What waits for compliance.
enum QueuePages {
    static let all = [home, queue, row, stream, act, results]

    static let path = "/console/queue"
    private static let readers: [Role] = [.compliance, .auditor]

    /// The first page in the person's menu.
    private static let home = ConsoleRoute.page(ConsoleRouteTable.home, for: ConsoleRouteTable.roles) { call in
        let first = ConsoleRouteTable.all.first { $0.menu != nil && call.role(on: $0) != nil }
        guard let first else { throw ProblemDetails(.roleNotPermitted) }
        return call.redirect(to: first.path)
    }

    private static let queue = ConsoleRoute.page(path, for: readers, menu: "queue") { call in
        let query = try QueueQuery(call.query)
        // Before the page is read: what comes meanwhile is told twice rather than never.
        let head = try await call.engine.endOfLog()
        let page = try await call.engine.queuePage(query.filter(for: call.officer))
        let counts = try await call.engine.queueCounts(for: call.officer)
        try await call.engine.learnReasons(of: page.requests)
        let kinds = try await call.engine.kinds(of: page.requests.map(\.device))
        let view = QueueView(call: call, now: try call.engine.now())
        return try call.page(
            "queue", title: call.say("queue.title"),
            .members([
                "tabs": view.tabs(query, counts), "reasons": view.reasons(query.reason),
                "orders": view.orders(query.order),
                "find": query.search.map { .string($0) },
                "claimFilter": query.claim.map { .string($0.rawValue) },
                "escalatedOnly": .bool(query.isEscalated), "isNarrow": .bool(query.isNarrow),
                "hasRows": .bool(!page.requests.isEmpty),
                "rows": .array(page.requests.map { view.row($0, kinds: kinds) }),
                "matching": .string(call.say("queue.matching", ["count": page.matching.text])),
                "next": page.next.map { next in .string(query.with { $0.after = next }.address) },
                "first": query.after == nil ? nil : .string(query.with { _ in }.address),
                "here": .string(query.address),
                "mayAct": .bool(call.role == .compliance), "rejectionReasons": view.rejectionReasons,
                "stream": .string(FormFields.address(path + "/stream", [("after", head.description)])),
                "maximumNoteLength": .integer(Int64(ShareRequestDecider.maximumNoteLength)),
            ]))
    }

    /// A row as it is now, for a page that shows it already.
    private static let row = ConsoleRoute(
        method: .get, path: path + "/rows/{request}", access: .roles(readers), isBackground: true
    ) { call in
        let id = try call.shareRequest()
        guard let row = try await call.engine.request(id) else {
            throw SharingError.requestNotFound(id)
        }
        let kinds = try await call.engine.kinds(of: [row.device])
        try await call.engine.learnReasons(of: [row])
        return try call.part(
            "queue-row", QueueView(call: call, now: try call.engine.now()).row(row, kinds: kinds, isChanged: true))
    }

    // MARK: Doing something to requests

    /// To the chosen ones, or by a button of its row to one.
    private static let act = ConsoleRoute.form(path, for: [.compliance]) { call in
        let back = ConsoleRouteTable.localPage(call.form.text("back") ?? path)
        for kind in [BulkAction.Kind.claim, .release] {
            guard let request = call.form.text(kind.rawValue).flatMap({ ShareRequestID($0) }) else {
                continue
            }
            return try await one(kind, request, call, back: back)
        }
        guard let kind = call.form.choice("action", of: BulkAction.Kind.self) else {
            throw ProblemDetails(.requestInvalid)
        }
        var seen: Set<ShareRequestID> = []
        let requests = call.form.texts("request").compactMap { ShareRequestID($0) }.filter {
            seen.insert($0).inserted
        }
        func refuse(_ phrase: String) throws -> ConsoleAnswer {
            try call.back(to: back, Notice(kind: .problem, text: call.say(phrase)))
        }
        guard !requests.isEmpty else { return try refuse("queue.nothing-chosen") }
        guard requests.count <= QueueFilter.maximumLimit else { throw ProblemDetails(.requestInvalid) }
        guard kind != .reject || call.form.text("reason") != nil else {
            return try refuse("queue.no-reason")
        }
        let action = BulkAction(
            kind: kind, requests: requests, reason: call.form.text("reason"), note: call.form.text("note")
        )
        let report = BulkReport(kind: kind, results: try await action.perform(call))
        return call.redirect(
            to: FormFields.address(
                path + "/results", [("of", try report.sealed(call.console.seal)), ("back", back)]))
    }

    private static func one(
        _ kind: BulkAction.Kind, _ request: ShareRequestID, _ call: ConsoleCall, back: String
    ) async throws -> ConsoleAnswer {
        // The row is current again when its page comes back.
        let place = back + "#row-\(request)"
        return try await call.attempt(returningTo: place) {
            _ = try await call.perform(kind == .claim ? .claim(request) : .release(request))
            return try call.back(
                to: place,
                done: call.say("queue.done-\(kind.rawValue)", ["request": QueueView.short(request)]))
        }
    }

    private static let results = ConsoleRoute.page(path + "/results", for: [.compliance]) { call in
        guard let report = call.query.text("of").flatMap({ BulkReport($0, call.console.seal) }) else {
            throw ProblemDetails(.routeNotFound)
        }
        var rows: [JSONValue] = []
        for result in report.results {
            let row = try await call.engine.request(result.request)
            rows.append(
                .members([
                    "short": .string(QueueView.short(result.request)),
                    "address": .string("/console/requests/\(result.request)"),
                    "requester": row.map { .string($0.requester.rawValue) },
                    "owner": row.map { .string($0.owner.rawValue) },
                    "isDone": .bool(result.refusal == nil),
                    "outcome": .string(
                        result.refusal.map { call.words.messages.title(for: $0, in: call.reader.language) }
                            ?? call.say("queue.result-\(report.kind.rawValue)")),
                ]))
        }
        let done = report.results.count { $0.refusal == nil }
        return try call.page(
            "queue-results", title: call.say("queue.results-title"),
            [
                "rows": .array(rows),
                "back": .string(ConsoleRouteTable.localPage(call.query.text("back") ?? path)),
                "summary": .string(
                    call.say(
                        "queue.results-summary", ["done": String(done), "all": String(report.results.count)])),
            ])
    }

    // MARK: Live

    private static let types = DomainEvent.types.filter { $0.hasPrefix("share-request-") }

    private static let stream = ConsoleRoute(
        method: .get, path: path + "/stream", access: .roles(readers), isStream: true
    ) { call in
        // A browser that comes back says where it was.
        let seen = call.lastEventID ?? call.query.text("after")
        guard let start = seen.flatMap({ LogCursor($0) }) else { throw ProblemDetails(.requestInvalid) }
        let limits = call.backend.limits
        return ConsoleAnswer(
            content: .stream(
                try await EventStream(
                    engine: call.engine, types: types, start: start,
                    wakeUps: try call.backend.feed.wakeUps(for: call.caller), heartbeat: limits.heartbeat,
                    longest: call.console.configuration.maximumStreamLength,
                    text: QueueChange.text)))
    }
}

/// What a page's script hears of an event: which request changed, and whether one waits now or no longer does.
enum QueueChange {
    static func text(of event: LedgerEvent, at cursor: LogCursor) -> String {
        guard case .shareRequest(let request) = event.stream,
            case .shareRequest(let change) = event.event
        else {
            // The browser remembers how far it has heard.
            return "id: \(cursor)\n\n"
        }
        let data: JSONValue = [
            "request": .string(request.description), "effect": .string(effect(of: change)),
        ]
        return
            "id: \(cursor)\nevent: change\ndata: \(String(decoding: data.canonicalBytes(), as: UTF8.self))\n\n"
    }

    private static func effect(of change: ShareRequestEvent) -> String {
        switch change {
        case .held: "waits"
        case .approved, .rejected, .withdrawn, .expired: "over"
        default: "other"
        }
    }
}
