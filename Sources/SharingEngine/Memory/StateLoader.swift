import Canonical
import DeviceSharing
import EventLog
import Foundation
import PostgreSQL
import SharingLog

/// Loads states of streams from the log: one round trip for all the streams of a batch. The same round trip tells whether the
/// log holds what was seen of it before.
struct StateLoader: Sendable {
    let ledger: Ledger
    let memory: EngineMemory

    /// The states of these streams as of one moment. A user's devices come along, and a request's users and device: a decision
    /// that needs the one needs the others next.
    ///
    /// Where the log turns out to be rewound, all that is remembered is forgotten; what is returned is of the log as it is.
    func load(_ streams: Set<StreamID>) async throws -> [StreamID: StreamSnapshot] {
        try await memory.inOneTerm { try await load(streams, in: $0) }
    }

    private func load(_ streams: Set<StreamID>, in term: Int) async throws -> [StreamID: StreamSnapshot] {
        var users: [String] = []
        var requests: [UUID] = []
        for stream in streams {
            switch stream {
            case .user(let id): users.append(id.rawValue)
            case .shareRequest(let id): requests.append(id.uuid)
            case .device, .policy, .archive, .webhook, .clock: break
            }
        }
        let names = streams.map(\.name)
        // The fingerprints are read after the streams: should they change in between, the stream's version tells.
        let statements =
            requests.isEmpty
            ? [Self.events(ledger, names, holders: users), Self.fingerprints(ledger, users)]
            : [
                Self.events(ledger, names, holders: users, requests: requests),
                Self.fingerprints(ledger, users, requests: requests),
            ]
        let (results, confirmed) = try await memory.continuity.ask(statements, in: term)

        var snapshots: [StreamID: StreamSnapshot] = [:]
        for stream in streams { snapshots[stream] = StreamSnapshot(of: stream) }
        let newest = try fold(results[0], into: &snapshots)
        memory.continuity.saw(newest, confirming: confirmed, in: term)
        try attach(fingerprints: results[1], to: &snapshots)
        return snapshots
    }

    /// Returns the newest of the events.
    private func fold(_ result: QueryResult, into snapshots: inout [StreamID: StreamSnapshot]) throws -> LogAnchor? {
        var newest: LogAnchor?
        for row in result.rows {
            let recorded = try EventColumns.decode(row)
            if newest.map({ $0.position < recorded.position }) ?? true { newest = LogAnchor(recorded) }
            let stream = try recorded.streamID()
            try snapshots[stream, default: StreamSnapshot(of: stream)].add(recorded, detail: detail(of: stream))
        }
        return newest
    }

    /// A request's decision is part of the answer to whoever changes it.
    private func detail(of stream: StreamID) -> EventDetail {
        if case .shareRequest = stream { .full } else { .state }
    }

    private func attach(fingerprints result: QueryResult, to snapshots: inout [StreamID: StreamSnapshot]) throws {
        for row in result.rows {
            let (user, fingerprints) = try FingerprintColumns.decode(row)
            guard case .user(let state, _) = snapshots[.user(user)]?.state else { continue }
            snapshots[.user(user)]?.state = .user(state, fingerprints)
        }
    }

    /// The fences (`OFFSET 0`) keep each look-up one of an index: a plan is made once, perhaps while the tables are small, and a
    /// join that it then makes of a look-up would read the whole of them when they have grown.
    static func events(_ ledger: Ledger, _ names: [String], holders: [String]) -> Statement {
        Statement(
            """
            SELECT e.* FROM unnest($2::text[]) AS s(name)
             CROSS JOIN LATERAL (
                SELECT \(EventColumns.list) FROM devshare.event
                 WHERE ledger = $1 AND stream = s.name OFFSET 0) e
            UNION ALL
            SELECT e.* FROM unnest($3::text[]) AS h(holder)
             CROSS JOIN LATERAL (
                SELECT 'device/' || device_id AS name FROM devshare.device WHERE ledger = $1 AND holder = h.holder OFFSET 0) d
             CROSS JOIN LATERAL (
                SELECT \(EventColumns.list) FROM devshare.event
                 WHERE ledger = $1 AND stream = d.name OFFSET 0) e
             WHERE d.name <> ALL ($2)
             ORDER BY stream, version
            """, [ledger.key, names, holders])
    }

    /// As the one above, with the users and the device of each request. The read model only says which streams a decision will
    /// ask for: their states come from the log.
    static func events(_ ledger: Ledger, _ names: [String], holders: [String], requests: [UUID]) -> Statement {
        Statement(
            """
            WITH sharing AS MATERIALIZED (
                SELECT r.* FROM unnest($4::uuid[]) AS w(request)
                 CROSS JOIN LATERAL (
                    SELECT requester, owner, device FROM devshare.share_request
                     WHERE ledger = $1 AND request = w.request OFFSET 0) r),
            holder AS MATERIALIZED (
                SELECT unnest($3::text[]) AS holder UNION SELECT requester FROM sharing UNION SELECT owner FROM sharing),
            stream AS MATERIALIZED (
                SELECT unnest($2::text[]) AS name
                UNION SELECT 'user/' || holder FROM holder
                UNION SELECT 'device/' || device FROM sharing
                UNION SELECT d.name FROM holder h
                 CROSS JOIN LATERAL (
                    SELECT 'device/' || device_id AS name FROM devshare.device
                     WHERE ledger = $1 AND holder = h.holder OFFSET 0) d)
            SELECT e.* FROM stream s
             CROSS JOIN LATERAL (
                SELECT \(EventColumns.list) FROM devshare.event
                 WHERE ledger = $1 AND stream = s.name OFFSET 0) e
             ORDER BY stream, version
            """, [ledger.key, names, holders, requests])
    }

    private static func fingerprints(_ ledger: Ledger, _ users: [String]) -> Statement {
        Statement(
            """
            SELECT \(FingerprintColumns.list) FROM devshare.identity_fingerprint
             WHERE ledger = $1 AND user_id = ANY ($2)
            """, [ledger.key, users])
    }

    private static func fingerprints(_ ledger: Ledger, _ users: [String], requests: [UUID]) -> Statement {
        Statement(
            """
            WITH sharing AS MATERIALIZED (
                SELECT r.* FROM unnest($3::uuid[]) AS w(request)
                 CROSS JOIN LATERAL (
                    SELECT requester, owner FROM devshare.share_request
                     WHERE ledger = $1 AND request = w.request OFFSET 0) r),
            person AS MATERIALIZED (
                SELECT unnest($2::text[]) AS id UNION SELECT requester FROM sharing UNION SELECT owner FROM sharing)
            SELECT f.* FROM person p
             CROSS JOIN LATERAL (
                SELECT \(FingerprintColumns.list) FROM devshare.identity_fingerprint
                 WHERE ledger = $1 AND user_id = p.id OFFSET 0) f
            """, [ledger.key, users, requests])
    }
}
