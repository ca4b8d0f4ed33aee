import Canonical
import DeviceSharing
import EligibilityPolicy
import EventLog
import SharingLog

/// Decides on commands of one batch: reads states from the batch's world, asks the domain, and adds the effect to the world.
struct CommandHandler: Sendable {
    /// The policy in force when the batch began; nil before the first activation.
    let policy: ActivePolicy.Activation?
    let now: Timestamp

    /// Throws `SharingError` where the command is refused, `StreamsMissing` where states must be loaded first, and
    /// `EngineError` `no-active-policy`.
    func decide(_ envelope: CommandEnvelope, in world: inout World) throws -> DecidedCommand {
        let events: [NewEvent]
        do {
            events = try self.events(of: envelope, in: &world)
        } catch let refusal as SharingError where refusal.code != .requestNotFound {
            // To whoever saw another state than there is, that comes first.
            try checkVersion(of: envelope, in: &world)
            throw refusal
        }
        try checkVersion(of: envelope, in: &world)
        for event in events { try world.touch(event.stream) }
        let append = AppendCommand(
            conditions: world.conditions,
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
        world.apply(events, at: now, fingerprints: fingerprints)
        return DecidedCommand(
            subject: envelope.command.subject, reads: world.reads, append: append,
            rows: CommandRows(events, in: world, fingerprints: fingerprints),
            request: world.knownRequest(envelope.command.subject), revision: world.revision(of: envelope.command.subject),
            isSubmission: isSubmission(envelope.command),
            decision: events.lazy.compactMap { if case .shareRequest(let event) = $0.event { event.policyDecision } else { nil } }
                .first)
    }

    /// Throws `version-conflict` where the caller saw another version than there is.
    private func checkVersion(of envelope: CommandEnvelope, in world: inout World) throws {
        let wanted = envelope.context.revisions
        guard wanted != .any else { return }
        let subject = envelope.command.subject
        try world.touch(subject)
        let actual = world.revision(of: subject)
        guard wanted.holds(at: actual) else {
            throw SharingError.versionConflict(stream: subject, expected: wanted.oneOf?.max() ?? 0, actual: actual)
        }
    }

    private func isSubmission(_ command: Command) -> Bool {
        if case .submit = command { true } else { false }
    }

    private func events(of envelope: CommandEnvelope, in world: inout World) throws -> [NewEvent] {
        let actor = envelope.context.actor
        switch envelope.command {
        case .submit(let command):
            world.presumeNew(.shareRequest(command.request))
            let facts = try sharingFacts(
                requester: command.requester, owner: command.owner, device: command.device, in: &world
            ).get()
            return try ShareRequestDecider.submit(
                command, by: actor.id, facts: facts, policy: activePolicy(&world), at: now)
        case .approve(let id, let note):
            let request = try request(id, in: &world)
            return try ShareRequestDecider.approve(
                request, by: officer(actor, in: &world), note: note, facts: facts(of: request, in: &world),
                policy: activePolicy(&world), at: now)
        case .reject(let id, let reason, let note):
            let request = try request(id, in: &world)
            return try ShareRequestDecider.reject(
                request, by: officer(actor, in: &world), reason: reason, note: note,
                facts: facts(of: request, in: &world), policy: activePolicy(&world), at: now)
        case .withdraw(let id, let note):
            return try ShareRequestDecider.withdraw(request(id, of: actor, in: &world), note: note)
        case .claim(let id):
            let request = try request(id, in: &world)
            return try CaseworkDecider.claim(
                request, by: officer(actor, in: &world), facts: facts(of: request, in: &world), at: now)
        case .renewClaim(let id):
            let request = try request(id, in: &world)
            return try CaseworkDecider.renewClaim(
                of: request, by: officer(actor, in: &world), facts: facts(of: request, in: &world), at: now)
        case .release(let id):
            return try CaseworkDecider.release(request(id, in: &world), by: actor.id, at: now)
        case .note(let id, let text):
            return try CaseworkDecider.note(request(id, in: &world), by: actor.id, text: text)
        case .expire(let id):
            return try ShareRequestDecider.expire(request(id, in: &world), at: now)
        case .escalate(let id):
            return try ShareRequestDecider.escalate(request(id, in: &world), at: now)
        case .endSharing(let id, let reason, let consent, let note):
            guard let request = try world.shareRequest(id) else { throw SharingError.sharingNotFound(id) }
            // The owner may be another portal's client, and shows by the consent that it is the owner's wish.
            if actor.role == .portal, reason != .stoppedByOwner, !request.isOf(portal: actor.id) {
                throw SharingError.sharingNotFound(id)
            }
            return try ShareRequestDecider.end(request, reason: reason, consent: consent, note: note, at: now)
        case .recordUser(let command):
            return try UserDecider.record(command, world.user(command.user).user, at: now)
        case .recordIdentity(let id, let fingerprints):
            let (user, onFile) = try world.user(id)
            return try UserDecider.recordIdentity(fingerprints, of: id, user, onFile: onFile)
        case .eraseIdentity(let id):
            return try UserDecider.eraseIdentity(of: id, world.user(id).user)
        case .closeUser(let id):
            let user = try world.user(id).user
            return try UserDecider.close(id, user, facts: closingFacts(of: user, in: &world))
        case .recordDevice(let command):
            let (device, holder) = (try world.device(command.device), try world.user(command.holder).user)
            return try DeviceDecider.record(
                command, device, holder: holder, catalog: activePolicy(&world).catalog, at: now)
        case .deactivateDevice(let id, let reason):
            let device = try world.device(id)
            return try DeviceDecider.deactivate(id, device, reason: reason, sharings: sharings(of: device, in: &world))
        case .reportDeviceLost(let id):
            let device = try world.device(id)
            return try DeviceDecider.reportLost(id, device, sharings: sharings(of: device, in: &world))
        case .activatePolicy(let activation):
            return try PolicyActivationDecider.activate(activation, world.policy(activation.name))
        case .detachEvents(let file, let run):
            return ArchiveDecider.detach(file, run, try world.archive(file))
        case .attachEvents(let file):
            return ArchiveDecider.attach(file, try world.archive(file))
        }
    }

    /// The policy to decide by; the decision holds only while that is in force.
    private func activePolicy(_ world: inout World) throws(EngineError) -> Policy {
        guard let policy else { throw EngineError(.noActivePolicy) }
        world.ask(policy)
        return policy.policy
    }
}

// MARK: - Facts

extension CommandHandler {
    private func request(_ id: ShareRequestID, in world: inout World) throws -> ShareRequest {
        guard let request = try world.shareRequest(id) else { throw SharingError.requestNotFound(id) }
        return request
    }

    /// A request on which the actor may act: to a portal, another portal's request is as if it were not there.
    private func request(_ id: ShareRequestID, of actor: Actor, in world: inout World) throws -> ShareRequest {
        let request = try request(id, in: &world)
        guard actor.role != .portal || request.isOf(portal: actor.id) else { throw SharingError.requestNotFound(id) }
        return request
    }

    /// An officer may be a client too, whatever their token says.
    func officer(_ actor: Actor, in world: inout World) throws(StreamsMissing) -> Officer {
        guard let id = UserID(actor.id) else { return Officer(actor, user: nil) }
        return Officer(actor, user: try world.user(id).user)
    }

    func facts(of request: ShareRequest, in world: inout World) throws(StreamsMissing) -> Result<
        SharingFacts, SharingError
    > {
        try sharingFacts(requester: request.requester, owner: request.owner, device: request.device, in: &world)
    }

    /// What there is to know of a sharing, or why there can be no such one.
    func sharingFacts(
        requester: UserID, owner: UserID, device: DeviceID, in world: inout World
    ) throws(StreamsMissing) -> Result<SharingFacts, SharingError> {
        try world.require([.user(requester), .user(owner), .device(device)])
        let (requesting, owning) = (try participant(requester, in: &world), try participant(owner, in: &world))
        let shared = try world.device(device)
        return Result { () throws(SharingError) in
            try SharingFacts(
                requesterID: requester, requester: requesting, ownerID: owner, owner: owning, deviceID: device, device: shared)
        }
    }

    func participant(_ id: UserID, in world: inout World) throws(StreamsMissing) -> Participant? {
        let (user, fingerprints) = try world.user(id)
        guard let user else { return nil }
        try world.require(user.devices.map { .device($0) })
        var devices: [Device] = []
        for id in user.devices {
            if let device = try world.device(id) { devices.append(device) }
        }
        return Participant(user: user, devices: devices, fingerprints: fingerprints)
    }

    /// The standing sharings of a device.
    private func sharings(of device: Device?, in world: inout World) throws(StreamsMissing) -> [ShareRequest] {
        let ids = (device?.sharings ?? []).map(\.request)
        try world.require(ids.map { .shareRequest($0) })
        var requests: [ShareRequest] = []
        for id in ids {
            if let request = try world.shareRequest(id) { requests.append(request) }
        }
        return requests
    }

    private func closingFacts(of user: User?, in world: inout World) throws(StreamsMissing) -> ClosingFacts {
        guard let user else { return ClosingFacts(sharings: [], openRequest: nil) }
        try world.require(user.devices.map { .device($0) })
        var sharings: [ShareRequest] = []
        for id in user.devices { sharings += try self.sharings(of: world.device(id), in: &world) }
        if let sharing = user.loginSharing, let request = try world.shareRequest(sharing.request) {
            sharings.append(request)
        }
        var open: ShareRequest?
        if let id = user.openRequest { open = try world.shareRequest(id) }
        return ClosingFacts(sharings: sharings, openRequest: open)
    }
}
