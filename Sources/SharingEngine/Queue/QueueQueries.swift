import Canonical
import DeviceSharing
import EventLog
import Foundation
import PostgreSQL
import SharingLog

/// Answers what the officers' queue asks. Every query here names the state as the partial indexes do, so that its cost grows
/// with the requests that are pending and not with those there ever were.
struct QueueQueries: Sendable {
    let ledger: Ledger
    let pool: Pool

    private static let table = "devshare.share_request"
    private static let pending = "state = 'compliance-pending'"

    /// One page and the count of all, in one query.
    func page(_ filter: QueueFilter, at now: Timestamp) async throws -> QueuePage {
        var conditions = conditions(filter, at: now)
        let matching = conditions.text()
        let cursor = filter.after.map { Self.behind($0, &conditions) }
        let order = Self.columns(of: filter.order)
        // A search looks at every pending request, so at least it does so once for both.
        let (found, counted, paged) =
            filter.search == nil
            ? ("", "\(Self.table) WHERE \(matching)", "\(Self.table) WHERE \(conditions.text(and: cursor))")
            : (
                "WITH found AS MATERIALIZED (SELECT * FROM \(Self.table) WHERE \(matching))", "found",
                "found WHERE \(cursor ?? "true")"
            )
        let statement = Statement(
            """
            \(found)
            SELECT page.*, matching.count
              FROM (SELECT count(*) FROM (SELECT FROM \(counted) LIMIT \(CappedCount.limit + 1)) c) matching
              LEFT JOIN (SELECT \(ShareRequestRow.columns) FROM \(paged)
                          ORDER BY \(order) LIMIT \(filter.limit + 1)) page ON true
             ORDER BY \(order)
            """, conditions.parameters)
        let answer = try await pool.withConnection { connection in try await connection.query(statement) }.rows
        let count = try answer.first?.decode(ShareRequestRow.columnCount, as: Int.self) ?? 0
        // Without requests, the row of the count has nothing else.
        let rows = try answer.filter { try $0.decode(0, as: UUID?.self) != nil }.map(ShareRequestRow.init)
        let shown = Array(rows.prefix(filter.limit))
        return QueuePage(
            requests: shown, matching: CappedCount(upToLimitAndOne: count),
            next: rows.count > filter.limit ? shown.last.flatMap { QueueCursor(behind: $0, in: filter.order) } : nil)
    }

    func counts(for officer: String, at now: Timestamp) async throws -> QueueCounts {
        func count(_ condition: String) -> String {
            """
            (SELECT count(*) FROM (SELECT FROM \(Self.table) WHERE ledger = $1 AND \(Self.pending) AND \(condition)
                                    LIMIT \(CappedCount.limit + 1)) c)
            """
        }
        let statement = Statement(
            """
            SELECT \(count("true")), \(count("(claimed_until IS NULL OR claimed_until <= $2)")),
                   \(count("claimed_by = $3 AND claimed_until > $2")), \(count("escalated_at IS NOT NULL"))
            """, [ledger.key, now, officer])
        let rows = try await pool.withConnection { connection in try await connection.query(statement) }.rows
        func capped(_ column: Int) throws -> CappedCount {
            CappedCount(upToLimitAndOne: try rows.first?.decode(column, as: Int.self) ?? 0)
        }
        return QueueCounts(pending: try capped(0), unclaimed: try capped(1), mine: try capped(2), escalated: try capped(3))
    }

    /// Pending requests whose time is up.
    func expired(at now: Timestamp, limit: Int) async throws -> [ShareRequestID] {
        try await requests(
            """
            SELECT request FROM \(Self.table) WHERE ledger = $1 AND \(Self.pending) AND expires_at <= $2
             ORDER BY expires_at, request LIMIT $3
            """, [ledger.key, now, Int64(limit)])
    }

    /// Pending requests that are to be escalated. Those whose time is up are not.
    func escalating(at now: Timestamp, limit: Int) async throws -> [ShareRequestID] {
        try await requests(
            """
            SELECT request FROM \(Self.table)
             WHERE ledger = $1 AND \(Self.pending) AND escalates_at IS NOT NULL AND escalates_at <= $2 AND expires_at > $2
             ORDER BY escalates_at, request LIMIT $3
            """, [ledger.key, now, Int64(limit)])
    }

    private func requests(_ sql: String, _ parameters: [any PostgresEncodable]) async throws -> [ShareRequestID] {
        let result = try await pool.withConnection { connection in try await connection.query(Statement(sql, parameters)) }
        return try result.rows.map { ShareRequestID(try $0.decode(0)) }
    }

    // MARK: Putting a query together

    private func conditions(_ filter: QueueFilter, at now: Timestamp) -> Conditions {
        var conditions = Conditions()
        conditions.require("ledger = \(conditions.bind(ledger.key))")
        conditions.require(Self.pending)
        if let reason = filter.reason { conditions.require("\(conditions.bind(reason.rawValue)) = ANY (reasons)") }
        if let search = filter.search {
            if let request = ShareRequestID(search) {
                conditions.require("request = \(conditions.bind(request.uuid))")
            } else {
                let start = conditions.bind(search)
                var matches = ["requester", "owner", "device"].map { "starts_with(\($0), \(start))" }
                // Digits and hyphens mean nothing to LIKE.
                if let end = filter.searchedEnd { matches.append("request::text LIKE \(conditions.bind("%" + end))") }
                conditions.require("(\(matches.joined(separator: " OR ")))")
            }
        }
        switch filter.claim {
        case .nobody: conditions.require("(claimed_until IS NULL OR claimed_until <= \(conditions.bind(now)))")
        case .anybody: conditions.require("claimed_by IS NOT NULL AND claimed_until > \(conditions.bind(now))")
        case .officer(let officer):
            conditions.require("claimed_by = \(conditions.bind(officer)) AND claimed_until > \(conditions.bind(now))")
        case .otherThan(let officer):
            conditions.require("claimed_by <> \(conditions.bind(officer)) AND claimed_until > \(conditions.bind(now))")
        case nil: break
        }
        if let isEscalated = filter.isEscalated {
            conditions.require(isEscalated ? "escalated_at IS NOT NULL" : "escalated_at IS NULL")
        }
        return conditions
    }

    private static func columns(of order: QueueFilter.Order) -> String {
        switch order {
        case .deadline: "expires_at, request"
        case .age: "submitted_at, request"
        case .requester: "requester, request"
        }
    }

    private static func behind(_ cursor: QueueCursor, _ conditions: inout Conditions) -> String {
        let key =
            switch cursor.key {
            case .deadline(let moment), .age(let moment): conditions.bind(moment)
            case .requester(let user): conditions.bind(user.rawValue)
            }
        return "(\(columns(of: cursor.order))) > (\(key), \(conditions.bind(cursor.request.uuid)))"
    }
}
