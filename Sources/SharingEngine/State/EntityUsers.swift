import DeviceSharing
import EligibilityPolicy
import EventLog
import PostgreSQL
import SharingLog

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
