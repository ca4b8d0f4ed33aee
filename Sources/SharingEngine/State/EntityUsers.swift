import DeviceSharing
import EligibilityPolicy
import EventLog
import PostgreSQL
import SharingLog
import Synchronization

/// The users of an entity, whose requests and sharings a counter goes over.
enum EntityUsers: Hashable, Sendable {
    case listed(Set<UserID>)
    /// More than ``HistoryCounter/maximumUsers``.
    case tooMany

    /// The same with a user who was registered, or came from another entity.
    func adding(_ user: UserID) -> EntityUsers {
        guard case .listed(var users) = self else { return .tooMany }
        users.insert(user)
        return users.count > HistoryCounter.maximumUsers ? .tooMany : .listed(users)
    }

    /// The same without a user; nil where it is not known who is left.
    func removing(_ user: UserID) -> EntityUsers? {
        guard case .listed(var users) = self else { return nil }
        users.remove(user)
        return .listed(users)
    }
}

extension [EntityID: EntityUsers] {
    /// That an append of a ledger refuses unless these are the users of the entities.
    func check(in ledger: Ledger) -> Statement {
        let entities = Array(self)
        let members: [String?] = entities.map { _, users in
            guard case .listed(let listed) = users else { return nil }
            return listed.map(\.rawValue).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }.joined(separator: "\n")
        }
        return Statement(
            "SELECT devshare.members_check($1, $2, $3, $4)",
            [ledger.key, entities.map(\.key.rawValue), members, Int32(HistoryCounter.maximumUsers)])
    }

    /// SQLSTATE of that refusal.
    static var refusal: SQLState { SQLState(rawValue: "DS009") }
}

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
