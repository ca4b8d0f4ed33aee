import Canonical
import DeviceSharing
import EligibilityPolicy
import HTTPEdge
import HTTPTypes
import SharingEngine
import SharingLog

/// Lists of users and devices, the export of both, and their comparison with a complete list.
enum DirectoryRoutes {
    static let all = [users, devices, export, sync]

    private static let readers: [DeviceSharing.Role] = [.portal, .operator, .compliance, .auditor]

    // MARK: Lists

    private static let updatedSince = Parameter.query(
        "updatedSince", .string(.logPoint),
        """
        Only records that have changed behind this point of the log, which an earlier list gave as `asOf`; 0 for all that ever changed. \
        Not beside filters.
        """)
    private static let after = Parameter.query(
        "after", .string(.printable(1...DirectoryCursor.maximumTextLength)),
        "Where the page begins: the `next` of the page before.")

    private static let listing = """
        A program that keeps a copy reads all pages once, and then asks with updatedSince for what has changed behind `asOf`. No change is \
        missed so: the log's positions have no gaps and are in the order of commits, which times are not. A record that has changed \
        several times may come several times; it is shown as it is now. Where the log has lost its end since, as by a restored \
        backup, updatedSince is answered with sync-point-unknown (410): then the copy is made again.
        """

    private static let users = list(
        UserRecord.self, path: "/v1/users", name: "listUsers", "Users, by login name.", page: "UserPage", of: .userEntry,
        filters: [
            .query("entity", .string(.identifier), "Only users of this person or organisation."),
            .query("status", .string(.choice(["open", "closed"])), "Only users in this state."),
        ]
    ) { parameters in
        UserRecord.Filter(
            entity: parameters.identifier("entity"), status: parameters.text("status").flatMap(User.Status.init(rawValue:)))
    }

    private static let devices = list(
        DeviceRecord.self, path: "/v1/devices", name: "listDevices", "Devices, by identifier.", page: "DevicePage",
        of: .deviceEntry,
        filters: [
            .query("holder", .string(.identifier), "Only devices of this user."),
            .query(
                "status", .string(.choice(DeviceRecord.Status.allCases.map(\.rawValue))), "Only devices in this state."),
        ]
    ) { parameters in
        DeviceRecord.Filter(
            holder: parameters.identifier("holder"),
            status: parameters.text("status").flatMap(DeviceRecord.Status.init(rawValue:)))
    }

    private static func list<Record: ListedRecord>(
        _: Record.Type, path: String, name: String, _ summary: String, page: String, of item: ObjectSchema, filters: [Parameter],
        _ filter: @Sendable @escaping (CheckedParameters) -> Record.Filter
    ) -> Route {
        let parameters = filters + [updatedSince, after, .limit]
        return Route(
            method: .get, path: path, name: name, group: .directory, access: .roles(readers), summary: summary,
            description: listing,
            parameters: parameters,
            successes: [
                Route.Success(
                    status: .ok, description: "A page.", content: .json(.object(.directoryPage(page, of: item))), headers: [.link]
                )
            ], ownProblems: [.syncPointUnknown]
        ) { call in
            let since = call.parameters.text(updatedSince.name).flatMap { LogPoint($0) }
            if since != nil, let given = filters.first(where: { call.parameters.text($0.name) != nil }) {
                throw FieldProblem(.parameter(given.name), .notBeside(updatedSince.name))
            }
            let found: DirectoryPage<Record> = try await call.engine.directory(
                Record.self, filter(call.parameters), from: call.cursor(since: since, after: call.parameters.text(after.name)),
                limit: call.parameters.integer("limit") ?? 100)
            var answer = Page(items: found.records.map { .object($0.representation) }, next: found.next?.description)
                .answer(path: path, query: call.parameters.query(of: parameters))
            if case .json(.object(var object)) = answer.content {
                object["asOf"] = .string(found.asOf.description)
                answer.content = .json(.object(object))
            }
            return answer
        }
    }

    // MARK: Export

    private static let exportEnd = """
        the last line is `{"type": "end", "asOf": …, "users": …, "devices": …}`, with how many there were: where it is missing, the \
        export is not whole
        """

    private static let export = Route(
        method: .get, path: "/v1/directory/export", name: "exportDirectory", group: .directory, access: .roles(readers),
        summary: "All users and devices, one a line.",
        description: """
            Each line is a UserEntry with `"type": "user"`, or a DeviceEntry with `"type": "device"`; \(exportEnd). With updatedSince only \
            those that have changed, as in lists.
            """,
        parameters: [updatedSince],
        successes: [
            Route.Success(status: .ok, description: "The lines.", content: .text(mediaType: Answer.linesMediaType))
        ], ownProblems: [.syncPointUnknown]
    ) { call in
        let since = call.parameters.text(updatedSince.name).flatMap { LogPoint($0) }
        let share = try call.backend.exports.take(for: call.caller)
        let start = try await call.cursor(since: since, after: nil)
        return Answer(content: .lines(DirectoryExport(engine: call.engine, start: start, share: share)))
    }

    // MARK: Full sync

    private static let only = Parameter.query(
        "only", .string(.choice(["users", "devices"])), "The list is of users alone, or of devices alone; of both unless told.")
    private static let from = Parameter.query(
        "from", .string(.identifier), "The list is of identifiers from this one on, in the order of their bytes.")
    private static let before = Parameter.query("before", .string(.identifier), "The list is of identifiers before this one.")
    private static let confirm = Parameter.query(
        "confirm", .integer(0...9_007_199_254_740_991),
        "How many users and devices are missing from the list: only with that very number anything is changed.")

    private static let sync = Route(
        method: .post, path: "/v1/directory/sync", name: "syncDirectory", group: .directory,
        access: .roles([.portal, .operator]),
        summary: "Compares the directory with a complete list, and closes what is not on it.",
        description: """
            The body is that of importDirectory, and complete: of the whole directory, or of the part that only, from and before name. \
            Missing are users that are open, and devices that are issued or active and not past their end, of which no line speaks. \
            Without confirm nothing is changed: the answer says what is missing. With confirm, and that very number missing still, the \
            lines are imported, then missing devices are deactivated and missing users closed; with another number nothing is changed \
            (sync-not-confirmed), nor with a line that cannot be read or is of another part (sync-list-invalid). Send the list again \
            without confirm after an answer was lost: where it was carried out, nothing is missing.
            """,
        parameters: [only, from, before, confirm], body: .lines(.importedLine),
        successes: [
            Route.Success(
                status: .ok, description: "What is missing, and what was done about it.", content: .json(.object(.directorySync)))
        ],
        ownProblems: [.tooManyLines, .syncNotConfirmed, .syncListInvalid]
    ) { call in
        let parameters = call.parameters
        let scope = DirectoryScope(
            hasUsers: parameters.text(only.name) != "devices", hasDevices: parameters.text(only.name) != "users",
            from: parameters.text(from.name), before: parameters.text(before.name))
        return .json(try await DirectorySync(call: call, scope: scope, confirmed: parameters.integer(confirm.name)).run())
    }
}

extension Call {
    /// Where a list begins. Throws `request-invalid` for a page of another list, and `sync-point-unknown`.
    fileprivate func cursor(since: LogPoint?, after: String?) async throws -> DirectoryCursor {
        let cursor: DirectoryCursor
        if let after {
            guard let given = DirectoryCursor(after) else { throw FieldProblem(.parameter("after"), .noPage) }
            cursor = given
        } else {
            cursor = since.map { .changes(since: $0) } ?? .beginning
        }
        let point: LogPoint
        switch cursor {
        case .beginning: return cursor
        case .behind(_, let asOf):
            guard since == nil else { throw FieldProblem(.parameter("after"), .noPage) }
            point = asOf
        case .changes(let changed):
            guard since != nil else { throw FieldProblem(.parameter("after"), .noPage) }
            point = changed
        }
        guard try await engine.holds(point) else { throw ProblemDetails(.syncPointUnknown) }
        return cursor
    }
}
