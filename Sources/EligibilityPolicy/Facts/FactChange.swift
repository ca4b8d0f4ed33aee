import Canonical

/// Which of the two users of a request.
public enum ParticipantSide: String, CaseIterable, Hashable, Sendable {
    case requester
    case owner
}

/// One difference between the facts of two moments. That time has passed is none.
public enum FactChange: Hashable, Sendable {
    case entity(ParticipantSide, from: String, to: String)
    case entityKind(ParticipantSide, from: EntityKind, to: EntityKind)
    /// Another person uses the login, as far as is known.
    case person(ParticipantSide, from: String?, to: String?)
    case adult(ParticipantSide, from: Adulthood, to: Adulthood)
    case registration(ParticipantSide, from: Timestamp, to: Timestamp)
    /// A device is in force that was not.
    case deviceAdded(ParticipantSide, DeviceFacts)
    /// A device was in force that is not any more.
    case deviceGone(ParticipantSide, DeviceFacts)
    case deviceReactivated(ParticipantSide, DeviceFacts, before: Timestamp)
    /// How many other users log in with the device asked for.
    case sharedWith(from: Int, to: Int)
    /// What the policy counts of the log.
    case counter(HistoryCounter, from: Int, to: Int)
    case identity(IdentityAttribute, from: IdentityComparison, to: IdentityComparison)
    case usPerson(from: Bool?, to: Bool?)
}

extension Facts {
    /// What is different in the facts of a later moment on the same request, in a fixed order.
    public func changes(to later: Facts) -> [FactChange] {
        var changes = requester.changes(to: later.requester, of: .requester) + owner.changes(to: later.owner, of: .owner)
        if sharedWith != later.sharedWith { changes.append(.sharedWith(from: sharedWith, to: later.sharedWith)) }
        for (counter, now) in later.counters.sorted {
            if let before = counters[counter], before != now { changes.append(.counter(counter, from: before, to: now)) }
        }
        for attribute in IdentityAttribute.allCases where identity[attribute] != later.identity[attribute] {
            changes.append(.identity(attribute, from: identity[attribute], to: later.identity[attribute]))
        }
        if identity.usPerson != later.identity.usPerson {
            changes.append(.usPerson(from: identity.usPerson, to: later.identity.usPerson))
        }
        return changes
    }
}

extension ParticipantFacts {
    fileprivate func changes(to later: ParticipantFacts, of side: ParticipantSide) -> [FactChange] {
        var changes: [FactChange] = []
        if entity != later.entity { changes.append(.entity(side, from: entity, to: later.entity)) }
        if entityKind != later.entityKind { changes.append(.entityKind(side, from: entityKind, to: later.entityKind)) }
        if person != later.person { changes.append(.person(side, from: person, to: later.person)) }
        if adult != later.adult { changes.append(.adult(side, from: adult, to: later.adult)) }
        if registeredAt != later.registeredAt {
            changes.append(.registration(side, from: registeredAt, to: later.registeredAt))
        }
        for device in devices {
            guard let now = later.devices.first(where: { $0.id == device.id }) else {
                changes.append(.deviceGone(side, device))
                continue
            }
            if now.activatedAt != device.activatedAt {
                changes.append(.deviceReactivated(side, now, before: device.activatedAt))
            }
        }
        return changes
            + later.devices.filter { device in !devices.contains { $0.id == device.id } }.map { .deviceAdded(side, $0) }
    }
}
