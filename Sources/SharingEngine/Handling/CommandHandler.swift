import Canonical
import DeviceSharing
import EligibilityPolicy
import EventLog
import SharingLog

/// Decides on commands of one batch: reads states from the batch's state, asks the domain, and adds the effect to the world.
struct CommandHandler: Sendable {
    /// The policy in force when the batch began; nil before the first activation.
    let policy: ActivePolicy.Activation?
    let now: Timestamp

    /// Throws `SharingError` where the command is refused, `StreamsMissing` where states must be loaded first, `UsersUnsettled` where
    /// the batch must be recorded first, and `EngineError` `no-active-policy`.
    func decide(_ envelope: CommandEnvelope, in batch: inout BatchState) throws -> DecidedCommand {
        let events: [NewEvent]
        do {
            events = try self.events(of: envelope, in: &batch)
        } catch let refusal as SharingError where refusal.code != .requestNotFound {
            // To whoever saw another state than there is, that comes first.
            try checkVersion(of: envelope, in: &batch)
            throw refusal
        }
        try checkVersion(of: envelope, in: &batch)
        for event in events { try batch.touch(event.stream) }
        let append = AppendCommand(
            conditions: batch.conditions,
            events: events.map { event in
                AppendEvent(
                    stream: event.stream.name, type: event.event.type, schemaVersion: event.event.schemaVersion,
                    data: event.event.data())
            },
            metadata: envelope.context.metadata(policy: envelope.command.kind.decidesByPolicy ? policy?.policy.digest : nil),
            idempotency: envelope.context.idempotencyKey.map {
                IdempotencyClaim(key: $0, digest: envelope.command.digest, subject: envelope.command.subject.name)
            })
        let fingerprints: IdentityFingerprints? =
            if case .recordIdentity(_, let recorded) = envelope.command { recorded } else { nil }
        batch.apply(events, at: now, fingerprints: fingerprints)
        return DecidedCommand(
            subject: envelope.command.subject, reads: batch.reads, countedUsers: batch.countedUsers,
            append: append,
            rows: CommandRows(events, in: batch, fingerprints: fingerprints),
            request: batch.knownRequest(envelope.command.subject), revision: batch.revision(of: envelope.command.subject),
            isSubmission: isSubmission(envelope.command),
            decision: events.lazy.compactMap { if case .shareRequest(let event) = $0.event { event.policyDecision } else { nil } }
                .first)
    }

    /// Throws `version-conflict` where the caller saw another version than there is.
    private func checkVersion(of envelope: CommandEnvelope, in batch: inout BatchState) throws {
        let wanted = envelope.context.revisions
        guard wanted != .any else { return }
        let subject = envelope.command.subject
        try batch.touch(subject)
        let actual = batch.revision(of: subject)
        guard wanted.holds(at: actual) else {
            throw SharingError.versionConflict(stream: subject, expected: wanted.oneOf?.max() ?? 0, actual: actual)
        }
    }

    private func isSubmission(_ command: Command) -> Bool {
        if case .submit = command { true } else { false }
    }

    private func events(of envelope: CommandEnvelope, in batch: inout BatchState) throws -> [NewEvent] {
        let actor = envelope.context.actor
        switch envelope.command {
        case .submit(let command):
            batch.presumeNew(.shareRequest(command.request))
            let facts = try sharingFacts(
                requester: command.requester, owner: command.owner, device: command.device, counting: counted, in: &batch
            ).get()
            return try ShareRequestDecider.submit(
                command, by: actor.id, facts: facts, policy: activePolicy(&batch), at: now)
        case .approve(let id, let note):
            let request = try request(id, in: &batch)
            return try ShareRequestDecider.approve(
                request, by: officer(actor, in: &batch), note: note,
                facts: facts(of: request, counting: counted, in: &batch),
                policy: activePolicy(&batch), at: now)
        case .reject(let id, let reason, let note):
            let request = try request(id, in: &batch)
            return try ShareRequestDecider.reject(
                request, by: officer(actor, in: &batch), reason: reason, note: note,
                facts: facts(of: request, in: &batch), policy: activePolicy(&batch), at: now)
        case .withdraw(let id, let note):
            return try ShareRequestDecider.withdraw(request(id, of: actor, in: &batch), note: note)
        case .claim(let id):
            let request = try request(id, in: &batch)
            return try CaseworkDecider.claim(
                request, by: officer(actor, in: &batch), facts: facts(of: request, in: &batch), at: now)
        case .renewClaim(let id):
            let request = try request(id, in: &batch)
            return try CaseworkDecider.renewClaim(
                of: request, by: officer(actor, in: &batch), facts: facts(of: request, in: &batch), at: now)
        case .release(let id):
            return try CaseworkDecider.release(request(id, in: &batch), by: actor.id, at: now)
        case .note(let id, let text):
            return try CaseworkDecider.note(request(id, in: &batch), by: actor.id, text: text)
        case .expire(let id):
            return try ShareRequestDecider.expire(request(id, in: &batch), at: now)
        case .escalate(let id):
            return try ShareRequestDecider.escalate(request(id, in: &batch), at: now)
        case .endSharing(let id, let reason, let consent, let note):
            guard let request = try batch.shareRequest(id) else { throw SharingError.sharingNotFound(id) }
            // The owner may be another portal's client, and shows by the consent that it is the owner's wish.
            if actor.role == .portal, reason != .stoppedByOwner, !request.isOf(portal: actor.id) {
                throw SharingError.sharingNotFound(id)
            }
            return try ShareRequestDecider.end(request, reason: reason, consent: consent, note: note, at: now)
        case .recordUser(let command):
            return try UserDecider.record(command, batch.user(command.user).user, at: now)
        case .recordIdentity(let id, let fingerprints):
            let (user, onFile) = try batch.user(id)
            return try UserDecider.recordIdentity(fingerprints, of: id, user, onFile: onFile)
        case .eraseIdentity(let id):
            return try UserDecider.eraseIdentity(of: id, batch.user(id).user)
        case .closeUser(let id):
            let user = try batch.user(id).user
            return try UserDecider.close(id, user, facts: closingFacts(of: user, in: &batch))
        case .recordDevice(let command):
            let (device, holder) = (try batch.device(command.device), try batch.user(command.holder).user)
            return try DeviceDecider.record(
                command, device, holder: holder, catalog: activePolicy(&batch).catalog, at: now)
        case .deactivateDevice(let id, let reason):
            let device = try batch.device(id)
            return try DeviceDecider.deactivate(id, device, reason: reason, sharings: sharings(of: device, in: &batch))
        case .reportDeviceLost(let id):
            let device = try batch.device(id)
            return try DeviceDecider.reportLost(id, device, sharings: sharings(of: device, in: &batch))
        case .activatePolicy(let activation):
            return try PolicyActivationDecider.activate(activation, batch.policy(activation.name))
        case .detachEvents(let file, let run):
            return ArchiveDecider.detach(file, run, try batch.archive(file))
        case .attachEvents(let file):
            return ArchiveDecider.attach(file, try batch.archive(file))
        }
    }

    /// What the policy has counted for a decision.
    private var counted: [HistoryCounter] { policy?.policy.counted ?? [] }

    /// The policy to decide by; the decision holds only while that is in force.
    private func activePolicy(_ batch: inout BatchState) throws(EngineError) -> Policy {
        guard let policy else { throw EngineError(.noActivePolicy) }
        batch.ask(policy)
        return policy.policy
    }
}

// MARK: - Facts

extension CommandHandler {
    private func request(_ id: ShareRequestID, in batch: inout BatchState) throws -> ShareRequest {
        guard let request = try batch.shareRequest(id) else { throw SharingError.requestNotFound(id) }
        return request
    }

    /// A request on which the actor may act: to a portal, another portal's request is as if it were not there.
    private func request(_ id: ShareRequestID, of actor: Actor, in batch: inout BatchState) throws -> ShareRequest {
        let request = try request(id, in: &batch)
        guard actor.role != .portal || request.isOf(portal: actor.id) else { throw SharingError.requestNotFound(id) }
        return request
    }

    /// An officer may be a client too, whatever their token says.
    func officer(_ actor: Actor, in batch: inout BatchState) throws(StreamsMissing) -> Officer {
        guard let id = UserID(actor.id) else { return Officer(actor, user: nil) }
        return Officer(actor, user: try batch.user(id).user)
    }

    /// - Parameter counters: those that a policy will ask for.
    func facts(
        of request: ShareRequest, counting counters: [HistoryCounter] = [], in batch: inout BatchState
    ) throws -> Result<SharingFacts, SharingError> {
        try sharingFacts(
            requester: request.requester, owner: request.owner, device: request.device, counting: counters, in: &batch)
    }

    /// What there is to know of a sharing, or why there can be no such one.
    /// - Parameter counters: those that a policy will ask for.
    func sharingFacts(
        requester: UserID, owner: UserID, device: DeviceID, counting counters: [HistoryCounter] = [], in batch: inout BatchState
    ) throws -> Result<SharingFacts, SharingError> {
        try batch.require([.user(requester), .user(owner), .device(device)])
        let (requesting, owning) = (try participant(requester, in: &batch), try participant(owner, in: &batch))
        let shared = try batch.device(device)
        let requesterEntity = try members(.requesterEntity, of: requesting, counting: counters, in: &batch)
        let ownerEntity = try members(.ownerEntity, of: owning, counting: counters, in: &batch)
        return Result { () throws(SharingError) in
            try SharingFacts(
                requesterID: requester, requester: requesting, ownerID: owner, owner: owning, deviceID: device, device: shared,
                requesterEntity: requesterEntity, ownerEntity: ownerEntity)
        }
    }

    /// The users of a participant's entity, where a counter goes over them.
    private func members(
        _ subject: HistoryCounter.Subject, of participant: Participant?, counting counters: [HistoryCounter],
        in batch: inout BatchState
    ) throws -> EntityMembers {
        guard let participant, counters.contains(where: { $0.subject == subject }) else { return .notCounted }
        let entity = participant.user.entity
        guard case .listed(let users) = try batch.users(of: entity) else { return .tooMany }
        try batch.require(users.map(StreamID.user))
        var devices: [StreamID] = []
        for user in users { devices += (try batch.user(user).user?.devices ?? []).map(StreamID.device) }
        try batch.require(devices)
        var members: [Participant] = []
        for user in users {
            // The read model says whom to ask; who belongs to the entity, each user's own stream says.
            if let member = try self.participant(user, in: &batch), member.user.entity == entity { members.append(member) }
        }
        return .users(members)
    }

    func participant(_ id: UserID, in batch: inout BatchState) throws(StreamsMissing) -> Participant? {
        let (user, fingerprints) = try batch.user(id)
        guard let user else { return nil }
        try batch.require(user.devices.map { .device($0) })
        var devices: [Device] = []
        for id in user.devices {
            if let device = try batch.device(id) { devices.append(device) }
        }
        return Participant(user: user, devices: devices, fingerprints: fingerprints)
    }

    /// The standing sharings of a device.
    private func sharings(of device: Device?, in batch: inout BatchState) throws(StreamsMissing) -> [ShareRequest] {
        let ids = (device?.sharings ?? []).map(\.request)
        try batch.require(ids.map { .shareRequest($0) })
        var requests: [ShareRequest] = []
        for id in ids {
            if let request = try batch.shareRequest(id) { requests.append(request) }
        }
        return requests
    }

    private func closingFacts(of user: User?, in batch: inout BatchState) throws(StreamsMissing) -> ClosingFacts {
        guard let user else { return ClosingFacts(sharings: [], openRequest: nil) }
        try batch.require(user.devices.map { .device($0) })
        var sharings: [ShareRequest] = []
        for id in user.devices { sharings += try self.sharings(of: batch.device(id), in: &batch) }
        if let sharing = user.loginSharing, let request = try batch.shareRequest(sharing.request) {
            sharings.append(request)
        }
        var open: ShareRequest?
        if let id = user.openRequest { open = try batch.shareRequest(id) }
        return ClosingFacts(sharings: sharings, openRequest: open)
    }
}
