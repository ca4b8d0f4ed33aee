import DeviceSharing
import EligibilityPolicy
import EventLog
import PostgreSQL

extension StateLoader {
    /// The users of entities as of one moment.
    func users(of entities: Set<EntityID>) async throws -> [EntityID: EntityUsers] {
        guard !entities.isEmpty else { return [:] }
        return try await memory.inOneTerm { term in
            let (results, confirmed) = try await memory.continuity.ask([Self.users(of: entities, ledger)], in: term)
            memory.continuity.saw(nil, confirming: confirmed, in: term)
            var users = Dictionary(uniqueKeysWithValues: entities.map { ($0, EntityUsers.listed([])) })
            for row in results[0].rows {
                let entity = EntityID(trusted: try row.decode(0))
                users[entity] = users[entity]?.adding(UserID(trusted: try row.decode(1)))
            }
            memory.remember(users, of: term)
            return users
        }
    }

    /// A look-up for each, by a fence: see ``events(_:_:holders:)``.
    static func users(of entities: Set<EntityID>, _ ledger: Ledger) -> Statement {
        Statement(
            """
            SELECT e.entity, u.user_id FROM unnest($2::text[]) AS e(entity)
             CROSS JOIN LATERAL (
                SELECT user_id FROM devshare.directory_user
                 WHERE ledger = $1 AND entity = e.entity LIMIT $3 OFFSET 0) u
            """, [ledger.key, entities.map(\.rawValue), Int64(HistoryCounter.maximumUsers + 1)])
    }
}
