import Canonical
import DeviceSharing
import EligibilityPolicy
import EventLog
import PostgreSQL
import SharingLog

/// Which share requests to list.
public struct ShareRequestFilter: Hashable, Sendable {
    public var states: Set<ShareRequest.State>
    /// Requester or owner.
    public var participant: UserID?
    public var device: DeviceID?
    /// A reason among those for which it was rejected or held: a code, or one of a policy's list; `compliance-decision` for
    /// every one of a list.
    public var reason: String?
    /// For whom the list is: what an audience is not told of is not found by it either.
    public var audience: Audience
    /// Only requests of this portal's own: those that it submitted, and those of which the log does not say who did.
    public var portal: String?
    /// Submitted at this moment or later.
    public var submittedFrom: Timestamp?
    /// Submitted before this moment.
    public var submittedBefore: Timestamp?
    /// Requests newer than this one: identifiers sort by time, so the last of a page is where the next begins.
    public var after: ShareRequestID?
    /// 1 to 1,000.
    public var limit: Int

    public static let maximumLimit = 1_000

    public init(
        states: Set<ShareRequest.State> = [], participant: UserID? = nil, device: DeviceID? = nil,
        reason: String? = nil, audience: Audience = .internal, portal: String? = nil,
        submittedFrom: Timestamp? = nil, submittedBefore: Timestamp? = nil, after: ShareRequestID? = nil,
        limit: Int = 100
    ) {
        self.states = states
        self.participant = participant
        self.device = device
        self.reason = reason
        self.audience = audience
        self.portal = portal
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
        try await rows(Self.request(id, ledger)).first
    }

    static func request(_ id: ShareRequestID, _ ledger: Ledger) -> Statement {
        Statement(
            "SELECT \(ShareRequestRow.columns) FROM devshare.share_request WHERE ledger = $1 AND request = $2",
            [ledger.key, id.uuid])
    }

    /// Requests in order of submission.
    func list(_ filter: ShareRequestFilter) async throws -> [ShareRequestRow] {
        var conditions = Conditions()
        conditions.require("ledger = \(conditions.bind(ledger.key))")
        if !filter.states.isEmpty {
            conditions.require("state = ANY (\(conditions.bind(filter.states.map(\.rawValue).sorted())))")
        }
        if let device = filter.device { conditions.require("device = \(conditions.bind(device.rawValue))") }
        if let reason = filter.reason { Self.require(reason, as: filter.audience, in: &conditions) }
        if let after = filter.after { conditions.require("request > \(conditions.bind(after.uuid))") }
        if let from = filter.submittedFrom { conditions.require("submitted_at >= \(conditions.bind(from))") }
        if let before = filter.submittedBefore { conditions.require("submitted_at < \(conditions.bind(before))") }
        // Each part of the union walks an index of its own; nobody is requester and owner of one request, and no request has
        // a submitter and none.
        let participant = filter.participant.map { conditions.bind($0.rawValue) }
        let roles = participant.map { ["requester = \($0)", "owner = \($0)"] } ?? ["true"]
        let portal = filter.portal.map { conditions.bind($0) }
        let submitters = portal.map { ["submitter = \($0)", "submitter IS NULL"] } ?? ["true"]
        let limit = min(max(filter.limit, 1), ShareRequestFilter.maximumLimit)
        let parts = roles.flatMap { role in
            submitters.map { submitter in
                """
                (SELECT \(ShareRequestRow.columns) FROM devshare.share_request
                  WHERE \(conditions.text(and: "\(role) AND \(submitter)")) ORDER BY request LIMIT \(limit))
                """
            }
        }
        let union = parts.joined(separator: " UNION ALL ")
        let sql = "SELECT * FROM (\(union)) found ORDER BY request LIMIT \(limit)"
        return try await rows(Statement(sql, conditions.parameters))
    }

    /// By what a policy says that portals are told, where it does; for everybody else, and of rows of before, by what is known.
    private static func require(_ reason: String, as audience: Audience, in conditions: inout Conditions) {
        switch audience {
        case .internal: conditions.require(known(reason, in: &conditions))
        case .portal:
            let isTold = "\(conditions.bind(ListedReasons.told(reason))) = ANY (reasons)"
            // An officer's own word was told only where a row says so: a policy that discloses it today says nothing of before.
            guard ReasonCode(rawValue: reason) != nil else { return conditions.require(isTold) }
            let isListed = "NOT \(ListedReasons.saysWhatPortalsAreTold) AND \(known(reason, in: &conditions))"
            guard reason == Audience.neutralReason.rawValue else { return conditions.require("(\(isTold) OR \(isListed))") }
            // It stands among the codes for an officer's own word too.
            let codes = conditions.bind(SharingErrorCode.allCases.map(\.rawValue))
            conditions.require("(\(isTold) OR \(ListedReasons.tellsOfficersReason(besides: codes)) OR \(isListed))")
        }
    }

    /// Where officers rejected for whatever reason, a row has a reason that is no code.
    private static func known(_ reason: String, in conditions: inout Conditions) -> String {
        guard reason == Audience.neutralReason.rawValue else { return "\(conditions.bind(reason)) = ANY (reasons)" }
        let codes = conditions.bind(SharingErrorCode.allCases.map(\.rawValue))
        return "(state = 'rejected' AND \(ListedReasons.hasOfficersReason(besides: codes)))"
    }

    /// Requests in which any of these users takes part, the newest first.
    func requests(of users: [UserID], limit: Int) async throws -> [ShareRequestRow] {
        let columns = ShareRequestRow.columns
        let statement = Statement(
            """
            SELECT \(columns) FROM (
                SELECT r.* FROM unnest($2::text[]) AS u(id) CROSS JOIN LATERAL (
                    SELECT \(columns) FROM devshare.share_request WHERE ledger = $1 AND requester = u.id
                     ORDER BY request DESC LIMIT $3) r
                UNION
                SELECT r.* FROM unnest($2::text[]) AS u(id) CROSS JOIN LATERAL (
                    SELECT \(columns) FROM devshare.share_request WHERE ledger = $1 AND owner = u.id
                     ORDER BY request DESC LIMIT $3) r) found
             ORDER BY request DESC LIMIT $3
            """,
            [ledger.key, users.map(\.rawValue), Int64(min(max(limit, 1), ShareRequestFilter.maximumLimit))])
        return try await rows(statement)
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

extension SharingEngine {
    /// A reason that no request can have is a slip of the pen, and not a question with an empty answer. Throws
    /// `unknown-rejection-reason`.
    func checkReason(_ reason: String) async throws {
        guard SharingErrorCode(rawValue: reason) == nil else { return }
        if activePolicy?.rejectionReasons.contains(where: { $0.id.rawValue == reason }) == true { return }
        let archive = try await log.policyArchive()
        let listed = archive.rejectionReasons.map(\.id.rawValue) + archive.reasons.map(\.id.rawValue)
        guard !listed.contains(reason) else { return }
        let codes = SharingErrorCode.allCases.filter { $0.category == .eligibility }.map(\.rawValue)
        throw SharingError.unknownRejectionReason(reason, known: listed + codes)
    }

    /// The reasons of policies that clients were ever told of, in place of a rule's or of an officer's: those for which a portal may
    /// look.
    package func reasonsForPortals() async throws -> Set<String> { try await log.policyArchive().reasonsForPortals }
}
