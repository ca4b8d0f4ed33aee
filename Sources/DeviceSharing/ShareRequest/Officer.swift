import Canonical

/// An officer at work on a request, with every entity that they are known to belong to as a client.
public struct Officer: Hashable, Sendable {
    public let id: String
    /// What their token says and what the directory says may differ; either keeps them from requests of their own.
    public let entities: Set<EntityID>

    /// - Parameter user: the user of the directory that has the officer's name; nil where there is none.
    public init(_ actor: Actor, user: User?) {
        id = actor.id
        entities = Set([actor.entity, user?.entity].compactMap(\.self))
    }
}
