import Canonical
import DeviceSharing
import Foundation
import PostgreSQL

/// A share request as `devshare.share_request` holds it.
public struct ShareRequestRow: Hashable, Sendable {
    public let request: ShareRequestID
    public let requester: UserID
    public let owner: UserID
    public let device: DeviceID
    public let state: ShareRequest.State
    public let submittedAt: Timestamp
    public let decidedAt: Timestamp?
    /// When a pending request lapses.
    public let expiresAt: Timestamp?
    /// When a pending request will be escalated; nil once it is.
    public let escalatesAt: Timestamp?
    /// When a pending request was escalated.
    public let escalatedAt: Timestamp?
    /// When it was withdrawn, or lapsed because nobody decided.
    public let closedAt: Timestamp?
    /// When the sharing ended.
    public let endedAt: Timestamp?
    public let approvalsRequired: Int
    /// The officer who gave the first of two approvals.
    public let endorsedBy: String?
    public let claimedBy: String?
    public let claimedUntil: Timestamp?
    /// The reason for which an officer rejected it, and codes of the rules that did not pass, the primary one first.
    public let reasons: [String]
    /// What portals are told in place of these; nil where no policy says so.
    public let reasonsForPortals: [String]?
    /// The portal that submitted it; nil where the log does not say so.
    public let submitter: String?

    package static let columns = """
        request, requester, owner, device, state, submitted_at, decided_at, expires_at, escalates_at, escalated_at,
        closed_at, ended_at, approvals_required, endorsed_by, claimed_by, claimed_until, reasons,
        submitter
        """

    /// How many columns those are.
    package static let columnCount = 18

    package init(_ row: Row) throws {
        let id: UUID = try row.decode(0)
        request = ShareRequestID(id)
        requester = UserID(trusted: try row.decode(1))
        owner = UserID(trusted: try row.decode(2))
        device = DeviceID(trusted: try row.decode(3))
        let text: String = try row.decode(4)
        guard let state = ShareRequest.State(rawValue: text) else {
            throw EngineError(.logUnreadable, "share request \(request) is in a state this program does not know: \(text)")
        }
        self.state = state
        submittedAt = try row.decode(5)
        decidedAt = try row.decode(6)
        expiresAt = try row.decode(7)
        escalatesAt = try row.decode(8)
        escalatedAt = try row.decode(9)
        closedAt = try row.decode(10)
        endedAt = try row.decode(11)
        let approvals: Int16 = try row.decode(12)
        approvalsRequired = Int(approvals)
        endorsedBy = try row.decode(13)
        claimedBy = try row.decode(14)
        claimedUntil = try row.decode(15)
        let listed = ListedReasons(column: try row.decode(16))
        (reasons, reasonsForPortals) = (listed.known, listed.forPortals)
        submitter = try row.decode(17)
    }
}
