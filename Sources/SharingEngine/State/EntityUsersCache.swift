import DeviceSharing
import SharingLog
import Synchronization

/// The users of entities as they were once in the log. What is remembered may be out of date; every append that rests on it has it
/// checked.
final class EntityUsersCache: Sendable {
    private let users = Mutex<[EntityID: EntityUsers]>([:])

    /// Entities that are remembered.
    private static let limit = 10_000

    func users(of entities: some Sequence<EntityID>) -> [EntityID: EntityUsers] {
        users.withLock { users in
            var found: [EntityID: EntityUsers] = [:]
            for entity in entities { found[entity] = users[entity] }
            return found
        }
    }

    func remember(_ loaded: [EntityID: EntityUsers]) {
        users.withLock { users in
            if users.count + loaded.count > Self.limit { users.removeAll() }
            users.merge(loaded) { $1 }
        }
    }

    func forget(_ entities: some Sequence<EntityID>) {
        users.withLock { users in for entity in entities { users[entity] = nil } }
    }

    func removeAll() { users.withLock { $0.removeAll() } }
}
