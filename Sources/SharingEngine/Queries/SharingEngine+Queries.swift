import Canonical
import DeviceSharing
import EventLog
import PostgreSQL
import SharingLog

extension SharingEngine {
    /// A share request as the read model has it; nil where there is none.
    public func request(_ id: ShareRequestID) async throws -> ShareRequestRow? { try await requests.request(id) }

    /// Share requests in order of submission, a page at a time. Throws `unknown-rejection-reason` for a reason that is neither a
    /// code nor in the list of any policy that was ever in force.
    public func requests(_ filter: ShareRequestFilter) async throws -> [ShareRequestRow] {
        if let reason = filter.reason { try await checkReason(reason) }
        return try await requests.list(filter)
    }

    /// Requests in which any of these users takes part, the newest first.
    package func requests(of users: [UserID], limit: Int) async throws -> [ShareRequestRow] {
        try await requests.requests(of: users, limit: limit)
    }

    /// A share request with its decisions, folded from the log. Throws `request-not-found`.
    public func shareRequest(_ id: ShareRequestID) async throws -> ShareRequest {
        try ShareRequest(id, of: await log.history(of: .shareRequest(id)))
    }

    /// Hands every event behind `position` to `body`, in order and in batches, as they are committed, until `body` throws or
    /// the task is cancelled. Throws `log-rewound` where the log loses events that were handed over, or does not reach `position`.
    /// - Parameters:
    ///   - leafHash: of the event at `position`, where the caller has seen it: the log must hold it.
    ///   - name: one of few, under which the metrics show how far behind its followers are.
    public func follow(
        after position: Position, leafHash: Digest? = nil, as name: StaticString = "follower",
        _ body: @Sendable @escaping ([LedgerEvent]) async throws -> Void
    ) async throws {
        let follower = followers.begin(name.description, at: position)
        defer { followers.end(follower) }
        try await Follower(reader: log.reader, pool: pool).follow(after: position, leafHash: leafHash) { [followers] events in
            try await body(events.map(LedgerEvent.init))
            if let last = events.last { followers.advance(follower, to: last.position) }
        }
    }

    /// Calls `body` at once and whenever events may have been committed, without reading them, until it throws or the task is
    /// cancelled.
    public func watch(_ body: @Sendable @escaping () async throws -> Void) async throws {
        try await LedgerChangeListener(ledger: ledger, pool: pool).watch(from: ()) { try await body() }
    }

    private var requests: RequestQueries { RequestQueries(ledger: ledger, pool: pool) }
}
