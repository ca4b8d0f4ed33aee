import Canonical
import DeviceSharing
import EligibilityPolicy
import EventLog
import SharingLog

/// Users and devices as the log tells of them up to a position, for the counters of decisions there.
///
/// All of them are in memory at once: about two kilobytes for a user with a device.
struct CounterFold: Sendable {
    private var users: [UserID: User] = [:]
    private var devices: [DeviceID: Device] = [:]
    private var members: [EntityID: Set<UserID>] = [:]

    /// Adds an event of a user or a device; others change nothing. Throws `event-unreadable`, which names the position.
    mutating func add(_ event: borrowing LentEvent) throws(EventLogError) {
        guard let stream = StreamID(utf8: event.stream) else { return }
        switch stream {
        case .user, .device: break
        case .shareRequest, .policy, .archive, .webhook, .clock: return
        }
        let change: DomainEvent
        do throws(EventDecodingError) {
            change = try EventSchema.decode(
                type: event.type, schemaVersion: event.schemaVersion, data: event.data, detail: .state)
        } catch {
            throw EventLogError(.eventUnreadable, "\(error)", position: event.position)
        }
        if case .user(let id) = stream, case .user(let change) = change {
            add(change, of: id, at: event.recordedAt)
        } else if case .device(let id) = stream, case .device(let change) = change {
            devices[id] = Device.evolve(devices.removeValue(forKey: id), change, at: event.recordedAt)
        }
    }

    private mutating func add(_ change: UserEvent, of id: UserID, at time: Timestamp) {
        let before = users.removeValue(forKey: id)
        let old = before?.entity
        guard let user = User.evolve(before, change, at: time) else { return }
        if user.entity != old {
            if let old { members[old]?.remove(id) }
            members[user.entity, default: []].insert(id)
        }
        users[id] = user
    }

    /// The numbers that a decision saw which was made here; nil where its users or its device are not known.
    func values(of counters: [HistoryCounter], for facts: Facts, request: ShareRequestID) -> CounterValues? {
        guard !counters.isEmpty else { return CounterValues.none }
        let (requester, owner) = (UserID(trusted: facts.requester.id), UserID(trusted: facts.owner.id))
        let device = DeviceID(trusted: facts.device)
        do {
            let seen = try SharingFacts(
                requesterID: requester, requester: participant(requester), ownerID: owner, owner: participant(owner),
                deviceID: device, device: devices[device], requesterEntity: members(.requesterEntity, of: requester, counters),
                ownerEntity: members(.ownerEntity, of: owner, counters))
            return seen.counts(of: counters, excluding: request, at: facts.decidedAt)
        } catch {
            return nil
        }
    }

    private func participant(_ id: UserID) -> Participant? {
        users[id].map { Participant(user: $0, devices: $0.devices.compactMap { devices[$0] }, fingerprints: nil) }
    }

    private func members(
        _ subject: HistoryCounter.Subject, of user: UserID, _ counters: [HistoryCounter]
    ) -> EntityMembers {
        guard counters.contains(where: { $0.subject == subject }), let entity = users[user]?.entity else { return .notCounted }
        let users = members[entity] ?? []
        return users.count > HistoryCounter.maximumUsers ? .tooMany : .users(users.compactMap(participant))
    }
}
