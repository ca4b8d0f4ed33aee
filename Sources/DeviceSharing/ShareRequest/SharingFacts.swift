import Canonical
import EligibilityPolicy

/// A user with everything that counts in a decision.
public struct Participant: Hashable, Sendable {
    public let user: User
    /// All devices ever issued to the user.
    public let devices: [Device]
    /// Nil where no identity is on file, or it was erased.
    public let fingerprints: IdentityFingerprints?

    public init(user: User, devices: [Device], fingerprints: IdentityFingerprints?) {
        self.user = user
        self.devices = devices
        self.fingerprints = fingerprints
    }
}

/// What a decision on sharing one device is made on, as the streams that it names said at one moment.
public struct SharingFacts: Hashable, Sendable {
    public let requester: Participant
    public let owner: Participant
    public let device: Device
    /// Those whose requests and sharings count as the entity's.
    public let requesterEntity: EntityMembers
    public let ownerEntity: EntityMembers

    /// Nil is what the streams said where there are no events: nobody of that name, no such device. Throws
    /// `requester-is-owner`, `user-not-found`, `device-not-found`, `not-device-owner`.
    public init(
        requesterID: UserID, requester: Participant?, ownerID: UserID, owner: Participant?, deviceID: DeviceID, device: Device?,
        requesterEntity: EntityMembers = .notCounted, ownerEntity: EntityMembers = .notCounted
    ) throws(SharingError) {
        guard requesterID != ownerID else { throw .requesterIsOwner(requesterID) }
        guard let requester else { throw .userNotFound(requesterID) }
        guard let owner else { throw .userNotFound(ownerID) }
        guard let device else { throw .deviceNotFound(deviceID) }
        guard device.holder == ownerID else { throw .notDeviceOwner(ownerID, device: deviceID) }
        self.requester = requester
        self.owner = owner
        self.device = device
        self.requesterEntity = requesterEntity
        self.ownerEntity = ownerEntity
    }

    /// What no policy can permit, whatever it says. Throws `user-closed`, `device-not-active`, `already-shared`,
    /// `sharing-chain`.
    func checkPossible(at now: Timestamp) throws(SharingError) {
        for participant in [requester, owner] where participant.user.status == .closed {
            throw .userClosed(participant.user.id)
        }
        guard device.isInForce(at: now) else {
            let hasExpired = device.activatedAt != nil
            throw .deviceNotActive(device.id, state: hasExpired ? "expired" : device.status.name)
        }
        if let sharing = requester.user.loginSharing {
            throw .alreadyShared(requester.user.id, device: sharing.device)
        }
        // Nobody logs in with the device of somebody who logs in with a third one's.
        if let shared = requester.devices.first(where: { !$0.sharings.isEmpty }) {
            throw .sharingChain(requester.user.id, device: shared.id)
        }
        if let sharing = owner.user.loginSharing {
            throw .sharingChain(owner.user.id, device: sharing.device)
        }
    }

    /// The facts as policies see them.
    ///
    /// - Parameters:
    ///   - request: the one that is decided on, which no counter counts; nil for one that is not put.
    ///   - counters: those that the policy uses.
    public func policyFacts(
        of request: ShareRequestID?, consent: OwnerConsent?, statement: PortalStatement, counting counters: [HistoryCounter],
        submittedAt: Timestamp, decidedAt: Timestamp
    ) -> Facts {
        Facts(
            requester: requester.facts(at: decidedAt), owner: owner.facts(at: decidedAt), device: device.id.rawValue,
            sharedWith: device.sharings.count,
            identity: IdentityFingerprints.compare(requester.fingerprints, owner.fingerprints).facts,
            consent: consent.map { ConsentFacts(method: $0.method, givenAt: $0.givenAt, reference: $0.reference) },
            session: statement.session?.facts, inputs: statement.inputs,
            counters: counts(of: counters, excluding: request, at: decidedAt), submittedAt: submittedAt, decidedAt: decidedAt)
    }

    /// The facts of a request that was submitted before.
    public func policyFacts(of request: ShareRequest, counting counters: [HistoryCounter], decidedAt: Timestamp) -> Facts {
        policyFacts(
            of: request.id, consent: request.consent, statement: request.statement, counting: counters,
            submittedAt: request.submittedAt, decidedAt: decidedAt)
    }

    /// The requester's own physical devices of a lower level than the shared one, which it stands in for.
    func superseded(at now: Timestamp, catalog: DeviceCatalog) -> [DeviceID] {
        guard let level = catalog[device.kind]?.level else { return [] }
        return requester.devices.filter { own in
            guard own.isInForce(at: now), let kind = catalog[own.kind] else { return false }
            return kind.isPhysical && kind.level < level
        }.map(\.id)
    }
}

extension Participant {
    fileprivate func facts(at moment: Timestamp) -> ParticipantFacts {
        ParticipantFacts(
            id: user.id.rawValue, entity: user.entity.rawValue, entityKind: user.entityKind, person: user.person?.rawValue,
            adult: user.adult,
            registeredAt: user.registeredAt,
            devices: devices.compactMap { device in
                guard device.isInForce(at: moment), let activatedAt = device.activatedAt else { return nil }
                return DeviceFacts(id: device.id.rawValue, kind: device.kind, activatedAt: activatedAt)
            })
    }
}
