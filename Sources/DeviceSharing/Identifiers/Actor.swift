/// What somebody may do.
public enum Role: String, Hashable, Sendable, CaseIterable {
    /// The client-portal backend, for clients.
    case portal
    case compliance
    case auditor
    /// Runs the installation: imports, policies.
    case `operator`
    /// The engine itself: expiry, consequences of other events.
    case engine
}

/// Who acts.
public struct Actor: Hashable, Sendable {
    /// The officer, backend or program.
    public var id: String
    public var role: Role
    /// The entity an officer belongs to as a client, where that is known: nobody decides on their own requests.
    public var entity: EntityID?

    public init(id: String, role: Role, entity: EntityID? = nil) {
        self.id = id
        self.role = role
        self.entity = entity
    }

    public static let engine = Actor(id: "engine", role: .engine)
}
