import BundledFiles
import Canonical
import EligibilityPolicy

@testable import DeviceSharing

/// All streams in memory: folds events, and asks the deciders with the facts that the streams hold.
struct World: Sendable {
    var users: [UserID: User] = [:]
    var devices: [DeviceID: Device] = [:]
    var requests: [ShareRequestID: ShareRequest] = [:]
    var fingerprints: [UserID: IdentityFingerprints] = [:]

    /// The policy that travels with the product.
    static func policy() throws -> Policy {
        try loaded.get()
    }

    private static let loaded = Result {
        try Policy.load(BundledFiles.text("device-sharing.yaml", in: .policies), file: "device-sharing.yaml")
    }

    mutating func fold(_ events: [NewEvent], at time: Timestamp) {
        for event in events {
            switch (event.stream, event.event) {
            case (.user(let id), .user(let event)): users[id] = User.evolve(users[id], event, at: time)
            case (.device(let id), .device(let event)): devices[id] = Device.evolve(devices[id], event, at: time)
            case (.shareRequest(let id), .shareRequest(let event)):
                requests[id] = ShareRequest.evolve(requests[id], event, at: time)
            default: break
            }
            switch event.event {
            case .user(.identityErased(let user)): fingerprints[user] = nil
            default: break
            }
        }
    }

    /// Decides and, where the intent is accepted, folds the events.
    mutating func handle(_ intent: Intent, at now: Timestamp) throws -> [NewEvent] {
        let events = try decide(intent, at: now)
        if case .recordIdentity(let user, let values) = intent { fingerprints[user] = values }
        fold(events, at: now)
        return events
    }

    func decide(_ intent: Intent, at now: Timestamp) throws -> [NewEvent] {
        switch intent {
        case .submit(let id, let requester, let device, let owner, let consent):
            let facts = try facts(requester, owner, device).get()
            let command = SubmitShareRequest(
                request: id, requester: requester, owner: owner, device: device, consent: try consent.value(at: now))
            return try ShareRequestDecider.submit(command, by: nil, facts: facts, policy: Self.policy(), at: now)
        case .approve(let id, let officer, let note):
            let request = try request(id)
            return try ShareRequestDecider.approve(
                request, by: self.officer(officer), note: note, facts: facts(of: request), policy: Self.policy(), at: now)
        case .reject(let id, let officer, let reason, let note):
            let request = try request(id)
            return try ShareRequestDecider.reject(
                request, by: self.officer(officer), reason: reason, note: note, facts: facts(of: request), policy: Self.policy(),
                at: now)
        case .withdraw(let id, let note): return try ShareRequestDecider.withdraw(request(id), note: note)
        case .escalate(let id): return try ShareRequestDecider.escalate(request(id), at: now)
        case .expire(let id): return try ShareRequestDecider.expire(request(id), at: now)
        case .claim(let id, let officer):
            let request = try request(id)
            return try CaseworkDecider.claim(request, by: self.officer(officer), facts: facts(of: request), at: now)
        case .renewClaim(let id, let officer):
            let request = try request(id)
            return try CaseworkDecider.renewClaim(
                of: request, by: self.officer(officer), facts: facts(of: request), at: now)
        case .release(let id, let officer): return try CaseworkDecider.release(request(id), by: officer.id, at: now)
        case .note(let id, let officer, let text): return try CaseworkDecider.note(request(id), by: officer.id, text: text)
        case .end(let id, let reason, let note):
            return try ShareRequestDecider.end(
                request(id), reason: reason, consent: reason == .stoppedByOwner ? .toEnd(at: now) : nil, note: note, at: now)
        case .recordUser(let id, let entity, let kind, let registered):
            return try UserDecider.record(
                RecordUser(user: id, entity: entity, entityKind: kind, registeredAt: registered), users[id], at: now)
        case .recordIdentity(let id, let values):
            return try UserDecider.recordIdentity(values, of: id, users[id], onFile: fingerprints[id])
        case .eraseIdentity(let id): return try UserDecider.eraseIdentity(of: id, users[id])
        case .close(let id): return try UserDecider.close(id, users[id], facts: closingFacts(id))
        case .recordDevice(let id, let holder, let kind, let activated, let expires):
            return try DeviceDecider.record(
                RecordDevice(device: id, holder: holder, kind: kind, activatedAt: activated, expiresAt: expires),
                devices[id],
                holder: users[holder], catalog: Self.policy().catalog, at: now)
        case .deactivate(let id, let reason):
            return try DeviceDecider.deactivate(id, devices[id], reason: reason, sharings: sharings(of: id))
        case .reportLost(let id): return try DeviceDecider.reportLost(id, devices[id], sharings: sharings(of: id))
        }
    }

    private func officer(_ actor: Actor) -> Officer { Officer(actor, user: UserID(actor.id).flatMap { users[$0] }) }

    private func request(_ id: ShareRequestID) throws(SharingError) -> ShareRequest {
        guard let request = requests[id] else { throw .requestNotFound(id) }
        return request
    }

    private func facts(of request: ShareRequest) -> Result<SharingFacts, SharingError> {
        facts(request.requester, request.owner, request.device)
    }

    func facts(_ requester: UserID, _ owner: UserID, _ device: DeviceID) -> Result<SharingFacts, SharingError> {
        Result { () throws(SharingError) in
            try SharingFacts(
                requesterID: requester, requester: participant(requester), ownerID: owner, owner: participant(owner),
                deviceID: device, device: devices[device], requesterEntity: members(requester), ownerEntity: members(owner))
        }
    }

    /// All users of a user's entity.
    private func members(_ id: UserID) -> EntityMembers {
        guard let entity = users[id]?.entity else { return .notCounted }
        let members = users.values.filter { $0.entity == entity }.map(\.id).sorted()
        return .users(members.compactMap(participant))
    }

    private func participant(_ id: UserID) -> Participant? {
        users[id].map { user in
            Participant(user: user, devices: user.devices.compactMap { devices[$0] }, fingerprints: fingerprints[id])
        }
    }

    private func sharings(of id: DeviceID) -> [ShareRequest] {
        (devices[id]?.sharings ?? []).compactMap { requests[$0.request] }
    }

    private func closingFacts(_ id: UserID) -> ClosingFacts {
        guard let user = users[id] else { return ClosingFacts(sharings: [], openRequest: nil) }
        let own = user.loginSharing.flatMap { requests[$0.request] }.map { [$0] } ?? []
        return ClosingFacts(
            sharings: user.devices.flatMap { sharings(of: $0) } + own,
            openRequest: user.openRequest.flatMap { requests[$0] })
    }
}
