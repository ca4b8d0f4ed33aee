import Canonical
import DeviceSharing
import EventLog
import PostgreSQL

/// Which share requests to list.
public struct ShareRequestFilter: Hashable, Sendable {
    public var states: Set<ShareRequest.State>
    /// Requester or owner.
    public var participant: UserID?
    public var device: DeviceID?
    /// A reason among those for which it was rejected or held.
    public var reason: String?
    /// Submitted at this moment or later.
    public var submittedFrom: Timestamp?
    /// Submitted before this moment.
    public var submittedBefore: Timestamp?
    /// Requests newer than this one: identifiers sort by time, so the last of a page is where the next begins.
    public var after: ShareRequestID?
    /// 1 to 1,000.
    public var limit: Int

    public static let largestLimit = 1_000

    public init(
        states: Set<ShareRequest.State> = [], participant: UserID? = nil, device: DeviceID? = nil,
        reason: String? = nil,
        submittedFrom: Timestamp? = nil, submittedBefore: Timestamp? = nil, after: ShareRequestID? = nil,
        limit: Int = 100
    ) {
        self.states = states
        self.participant = participant
        self.device = device
        self.reason = reason
        self.submittedFrom = submittedFrom
        self.submittedBefore = submittedBefore
        self.after = after
        self.limit = limit
    }
}

/// Answers questions from the read model of requests.
struct RequestQueries: Sendable {
    let ledger: Ledger
    let pool: Pool

    func request(_ id: ShareRequestID) async throws -> ShareRequestRow? {
        let statement = Statement(
            "SELECT \(ShareRequestRow.columns) FROM devshare.share_request WHERE ledger = $1 AND request = $2",
            [ledger.key, id.uuid])
        return try await rows(statement).first
    }

    /// Requests in order of submission.
    func list(_ filter: ShareRequestFilter) async throws -> [ShareRequestRow] {
        let statement = Statement(
            """
            SELECT \(ShareRequestRow.columns) FROM devshare.share_request
             WHERE ledger = $1
               AND (cardinality($2::text[]) = 0 OR state = ANY ($2))
               AND ($3::text IS NULL OR requester = $3 OR owner = $3)
               AND ($4::text IS NULL OR device = $4)
               AND ($5::text IS NULL OR $5 = ANY (reasons))
               AND ($6::uuid IS NULL OR request > $6)
               AND ($7::timestamptz IS NULL OR submitted_at >= $7)
               AND ($8::timestamptz IS NULL OR submitted_at < $8)
             ORDER BY request LIMIT $9
            """,
            [
                ledger.key, filter.states.map(\.rawValue), filter.participant?.rawValue, filter.device?.rawValue,
                filter.reason, filter.after?.uuid, filter.submittedFrom, filter.submittedBefore,
                Int64(min(max(filter.limit, 1), ShareRequestFilter.largestLimit)),
            ])
        return try await rows(statement)
    }

    /// Pending requests whose time is up.
    func expired(at now: Timestamp, limit: Int) async throws -> [ShareRequestID] {
        let statement = Statement(
            """
            SELECT \(ShareRequestRow.columns) FROM devshare.share_request
             WHERE ledger = $1 AND state = 'compliance-pending' AND expires_at <= $2
             ORDER BY expires_at, request LIMIT $3
            """, [ledger.key, now, Int64(limit)])
        return try await rows(statement).map(\.request)
    }

    /// Standing sharings in which any of these devices is used.
    func standing(of devices: [DeviceID]) async throws -> [ShareRequestRow] {
        let statement = Statement(
            """
            SELECT \(ShareRequestRow.columns) FROM devshare.share_request
             WHERE ledger = $1 AND state = 'active' AND device = ANY ($2)
             ORDER BY request
            """, [ledger.key, devices.map(\.rawValue)])
        return try await rows(statement)
    }

    private func rows(_ statement: Statement) async throws -> [ShareRequestRow] {
        let result = try await pool.withConnection { connection in try await connection.query(statement) }
        return try result.rows.map(ShareRequestRow.init)
    }
}
