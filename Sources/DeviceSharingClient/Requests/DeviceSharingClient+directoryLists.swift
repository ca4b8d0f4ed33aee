import Canonical
import DeviceSharing

/// Which part of the directory a complete list is of: all of it unless told.
public struct SyncScope: Sendable {
    public enum Kind: String, Sendable, CaseIterable {
        case users, devices
    }

    /// Users alone, or devices alone; nil for both.
    public var only: Kind?
    /// The first identifier, by bytes; nil for from the beginning.
    public var from: String?
    /// The first identifier that is no longer in it; nil for to the end.
    public var before: String?

    public init(only: Kind? = nil, from: String? = nil, before: String? = nil) {
        self.only = only
        self.from = from
        self.before = before
    }
}

/// Lists and exports of the directory, for keeping a copy of it, and the comparison with a complete list.
extension DeviceSharingClient {
    /// A page of users by login name.
    /// - Parameters:
    ///   - updatedSince: the `asOf` of an earlier list: only what has changed behind it. Not beside `entity` and `isClosed`.
    ///   - after: the `next` of the page before.
    ///   - limit: 1 to 1,000.
    public func users(
        entity: EntityID? = nil, isClosed: Bool? = nil, updatedSince: String? = nil, after: String? = nil, limit: Int = 100
    ) async throws -> DirectoryPageAnswer<UserEntryAnswer> {
        let status = isClosed.map { ($0 ? User.Status.closed : .open).rawValue }
        let query = Self.query([
            ("entity", entity?.rawValue), ("status", status), ("updatedSince", updatedSince), ("after", after),
            ("limit", String(limit)),
        ])
        return try DirectoryPageAnswer(await transport.json(.GET, "/v1/users" + query)) { json throws(ClientError) in
            try UserEntryAnswer(json)
        }
    }

    /// A page of devices by identifier. As `users`.
    /// - Parameter status: issued, active, deactivated or lost.
    public func devices(
        holder: UserID? = nil, status: String? = nil, updatedSince: String? = nil, after: String? = nil, limit: Int = 100
    ) async throws -> DirectoryPageAnswer<DeviceEntryAnswer> {
        let query = Self.query([
            ("holder", holder?.rawValue), ("status", status), ("updatedSince", updatedSince), ("after", after),
            ("limit", String(limit)),
        ])
        return try DirectoryPageAnswer(await transport.json(.GET, "/v1/devices" + query)) { json throws(ClientError) in
            try DeviceEntryAnswer(json)
        }
    }

    /// All users and devices, in memory: where they are too many for that, read them page by page. Throws `unexpected-answer` where
    /// they did not all arrive.
    /// - Parameter updatedSince: as for `users`.
    public func exportDirectory(updatedSince: String? = nil) async throws -> DirectoryExportAnswer {
        let path = "/v1/directory/export" + Self.query([("updatedSince", updatedSince)])
        return try DirectoryExportAnswer(lines: Self.lines(of: await transport.send(.GET, path, isImport: true)))
    }

    /// Compares the directory with a complete list, in the lines of `importDirectory`. Nothing is changed without `confirm`, or where
    /// another number is missing (`sync-not-confirmed`): then the list is imported, and what is missing is closed or deactivated.
    ///
    /// After an answer that was lost ask without `confirm` again: where it was carried out, nothing is missing.
    public func syncDirectory(_ lines: String, of scope: SyncScope = SyncScope(), confirm: Int? = nil) async throws
        -> DirectorySyncAnswer
    {
        let query = Self.query([
            ("only", scope.only?.rawValue), ("from", scope.from), ("before", scope.before),
            ("confirm", confirm.map { String($0) }),
        ])
        let answer = try await transport.send(
            .POST, "/v1/directory/sync" + query, text: lines, headers: [("Content-Type", "application/x-ndjson")], isImport: true)
        do {
            return try DirectorySyncAnswer(try JSONValue(parsing: answer.bytes))
        } catch is JSONError {
            throw ClientError(.unexpectedAnswer, "the answer to a sync is no JSON")
        }
    }

    private static func query(_ pairs: [(String, String?)]) -> String {
        let given = pairs.compactMap { name, value in value.map { (name, $0) } }
        return given.isEmpty ? "" : String(query: given)
    }

    /// One JSON object a line.
    static func lines(of answer: Transport.Answer) throws(ClientError) -> [JSONValue] {
        do {
            return try answer.text.split(separator: "\n").map { try JSONValue(parsing: String($0)) }
        } catch {
            throw ClientError(.unexpectedAnswer, "the answer is not one JSON object a line")
        }
    }
}
