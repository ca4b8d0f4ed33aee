import Canonical
import DeviceSharing
import EligibilityPolicy
import EventLog
import SharingLog

/// Everything that there is to know of one request when somebody has to decide on it, as of one moment.
package struct RequestDossier: Sendable {
    package let request: ShareRequest
    /// Events of it so far.
    package let version: Int
    package let history: [LedgerEvent]
    /// What it was loaded as of.
    package let asOf: Timestamp
    /// As they are at that moment; nil where the log knows nobody of that name.
    package let requester: Participant?
    package let owner: Participant?
    package let device: Device?
    /// The latest decision, on the facts that it saw.
    package let decided: DecisionView?
    /// What only a request that is pending now has.
    package let outlook: Outlook?

    package struct Outlook: Sendable {
        /// What the policy in force says of the facts as they are now; nil where no policy could permit it.
        package let today: DecisionView?
        /// What has changed since the decision.
        package let changes: [FactChange]
        /// What the officer who asks could do; nil for others.
        package let forecast: CaseworkForecast?
    }
}

extension SharingEngine {
    /// A request as it is now. Throws `request-not-found` and `no-active-policy`.
    /// - Parameter officer: who may decide on it; nil for somebody who only reads.
    package func dossier(of id: ShareRequestID, for officer: Actor? = nil) async throws -> RequestDossier {
        let history = try await log.history(of: .shareRequest(id))
        let request = try ShareRequest(id, of: history)
        var streams: Set<StreamID> = [.user(request.requester), .user(request.owner), .device(request.device)]
        if let user = officer.flatMap({ UserID($0.id) }) { streams.insert(.user(user)) }
        var batch = BatchState(snapshots: try await loader.load(streams))
        let now = try clock.now()
        let decided: DecisionView? = if let record = request.decision { try await view(record) } else { nil }
        let policy = try await memory.policy()?.policy
        let outlook = try await loading(&batch) { batch in
            try request.pending.map { _ in
                try self.outlook(of: request, decided: decided, for: officer, under: policy, in: &batch, at: now)
            }
        }
        return try dossier(request, history, in: &batch, asOf: now, decided: decided, outlook: outlook)
    }

    /// A request as it was after the event at a position. Throws `request-not-found`.
    package func dossier(of id: ShareRequestID, through last: Position) async throws -> RequestDossier {
        let history = try await log.history(of: .shareRequest(id)).filter { $0.position <= last }
        let request = try ShareRequest(id, of: history)
        var batch = BatchState(
            snapshots: try await snapshots(
                [.user(request.requester), .user(request.owner), .device(request.device)], through: last))
        let devices = try [request.requester, request.owner].flatMap { try batch.user($0).user?.devices ?? [] }
        batch.add(try await snapshots(devices.map { .device($0) }, through: last))
        let moment = try await event(at: last)?.recordedAt ?? request.submittedAt
        let decided: DecisionView? = if let record = request.decision { try await view(record) } else { nil }
        return try dossier(request, history, in: &batch, asOf: moment, decided: decided, outlook: nil)
    }

    /// The event at a position; nil where the ledger does not reach so far.
    package func event(at position: Position) async throws -> LedgerEvent? {
        try await log.reader.events(from: position, through: position).first
            .map(LedgerEvent.init)
    }

    private func dossier(
        _ request: ShareRequest, _ history: [LedgerEvent], in batch: inout BatchState, asOf moment: Timestamp,
        decided: DecisionView?, outlook: RequestDossier.Outlook?
    ) throws -> RequestDossier {
        let handler = CommandHandler(policy: nil, now: moment)
        return RequestDossier(
            request: request, version: history.count, history: history, asOf: moment,
            requester: try handler.participant(request.requester, in: &batch),
            owner: try handler.participant(request.owner, in: &batch), device: try batch.device(request.device),
            decided: decided, outlook: outlook)
    }

    private func outlook(
        of request: ShareRequest, decided: DecisionView?, for officer: Actor?, under policy: Policy?, in batch: inout BatchState,
        at now: Timestamp
    ) throws -> RequestDossier.Outlook {
        guard let policy else { throw EngineError(.noActivePolicy) }
        let handler = CommandHandler(policy: nil, now: now)
        let facts = try handler.facts(of: request, counting: policy.counted, in: &batch)
        var today: DecisionView?
        if case .success(let facts) = facts {
            today = DecisionView(
                facts.policyFacts(of: request, counting: policy.counted, decidedAt: now), under: policy)
        }
        let changes = today.flatMap { today in decided.map { $0.facts.changes(to: today.facts) } } ?? []
        return RequestDossier.Outlook(
            today: today, changes: changes,
            forecast: try officer.map {
                try CaseworkForecast(
                    on: request, by: handler.officer($0, in: &batch), facts: facts, policy: policy, at: now)
            })
    }

    private func snapshots(_ streams: [StreamID], through last: Position) async throws -> [StreamID: StreamSnapshot] {
        var snapshots: [StreamID: StreamSnapshot] = [:]
        for stream in streams {
            var snapshot = StreamSnapshot(of: stream)
            for event in try await log.history(of: stream) where event.position <= last { try snapshot.add(event) }
            snapshots[stream] = snapshot
        }
        return snapshots
    }
}
