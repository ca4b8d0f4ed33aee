import Canonical
import DeviceSharing
import EligibilityPolicy
import EventLog
import PostgreSQL
import SharingLog

/// What something is, and after how many of its events.
public struct Versioned<State: Sendable>: Sendable {
    public let state: State
    /// Events of it so far, from 1.
    public let version: Int
    /// How often its own record has changed, from 1. Of a user or device that is not `version`: what happens to its devices,
    /// requests and sharings counts for those, and not here. It is what ``CommandContext/revisions`` is held against.
    public let revision: Int
}

extension SharingEngine {
    /// A user as the log tells of it. Throws `user-not-found`.
    public func user(_ id: UserID) async throws -> Versioned<User> {
        let snapshot = try await fold(.user(id))
        guard case .user(let user?, _) = snapshot.state else { throw SharingError.userNotFound(id) }
        return Versioned(state: user, version: Int(snapshot.version), revision: snapshot.revision)
    }

    /// A device as the log tells of it. Throws `device-not-found`.
    public func device(_ id: DeviceID) async throws -> Versioned<Device> {
        let snapshot = try await fold(.device(id))
        guard case .device(let device?) = snapshot.state else { throw SharingError.deviceNotFound(id) }
        return Versioned(state: device, version: Int(snapshot.version), revision: snapshot.revision)
    }

    /// A share request as the log tells of it, with its decisions. Throws `request-not-found`.
    public func versionedShareRequest(_ id: ShareRequestID) async throws -> Versioned<ShareRequest> {
        let snapshot = try await fold(.shareRequest(id))
        guard case .shareRequest(let request?) = snapshot.state else { throw SharingError.requestNotFound(id) }
        return Versioned(state: request, version: Int(snapshot.version), revision: snapshot.revision)
    }

    private func fold(_ stream: StreamID) async throws -> StreamSnapshot {
        var snapshot = StreamSnapshot(of: stream)
        for event in try await log.reader.stream(stream.name) { try snapshot.add(event) }
        return snapshot
    }
}

extension SharingEngine {
    /// What a request would come to if it were put now, with the consent that it has. Nothing is recorded.
    public func assess(_ command: SubmitShareRequest) async throws -> Assessment {
        let now = try clock.now()
        var batch = BatchState(
            snapshots: try await loader.load([.user(command.requester), .user(command.owner), .device(command.device)]))
        // Behind the load, which finds out whether what is remembered is of this log.
        guard let policy = try await memory.policy()?.policy else { throw EngineError(.noActivePolicy) }
        let facts = try await loading(&batch) { batch in
            try CommandHandler(policy: nil, now: now).sharingFacts(
                requester: command.requester, owner: command.owner, device: command.device, counting: policy.counted,
                in: &batch)
        }
        switch facts {
        case .success(let facts): return ShareRequestDecider.assess(command, facts: facts, policy: policy, at: now)
        case .failure(let error): return .impossible(error)
        }
    }
}

extension SharingEngine {
    /// Whether identity data of any of these users were put on file at a moment or later.
    public func hasNewIdentity(_ users: some Collection<UserID>, since moment: Timestamp) async throws -> Bool {
        // A look-up for each, by a fence (`OFFSET 0`): see `StateLoader`.
        let statement = Statement(
            """
            SELECT 1 FROM unnest($2::text[]) AS s(name)
             CROSS JOIN LATERAL (
                SELECT FROM devshare.event
                 WHERE ledger = $1 AND stream = s.name AND type = $3 AND recorded_at >= $4 OFFSET 0) e
             LIMIT 1
            """,
            [ledger.key, users.map { StreamID.user($0).name }, EventType.identityRecorded.rawValue, moment])
        return try await pool.withConnection { connection in
            try await !connection.query(statement).rows.isEmpty
        }
    }
}
