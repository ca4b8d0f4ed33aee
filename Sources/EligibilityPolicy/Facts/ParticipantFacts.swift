import Canonical

/// Whether an entity is a person or an organisation.
public enum EntityKind: String, CaseIterable, Hashable, Sendable {
    case individual
    case organization
}

/// Whether the person who uses a login is of age, as the broker knows it.
public enum Adulthood: String, CaseIterable, Hashable, Sendable {
    case yes
    case no
    case unknown
}

/// One of the two users of a share request at the moment of the decision.
public struct ParticipantFacts: Hashable, Sendable {
    /// The user's id.
    public var id: String
    /// The id of the entity the user belongs to.
    public var entity: String
    public var entityKind: EntityKind
    /// The id of the person who uses the login, where the broker says; several logins of one person have the same. Of an
    /// organisation several persons may have logins.
    public var person: String?
    public var adult: Adulthood
    public var registeredAt: Timestamp
    /// The user's own devices in force at the moment of the decision, and no others.
    public var devices: [DeviceFacts]

    public init(
        id: String, entity: String, entityKind: EntityKind, person: String? = nil, adult: Adulthood = .unknown,
        registeredAt: Timestamp, devices: [DeviceFacts]
    ) {
        self.id = id
        self.entity = entity
        self.entityKind = entityKind
        self.person = person
        self.adult = adult
        self.registeredAt = registeredAt
        self.devices = devices
    }
}

/// A device in force.
public struct DeviceFacts: Hashable, Sendable {
    public var id: String
    public var kind: DeviceKindID
    public var activatedAt: Timestamp

    public init(id: String, kind: DeviceKindID, activatedAt: Timestamp) {
        self.id = id
        self.kind = kind
        self.activatedAt = activatedAt
    }
}
