import Canonical
import EligibilityPolicy

/// What the directory says of a user: registers it, or brings it up to date.
public struct RecordUser: Hashable, Sendable {
    public let user: UserID
    public let entity: EntityID
    public let entityKind: EntityKind
    /// Who uses the login. Nil leaves the person on file, unless the login moves to another entity: then nobody is known.
    public let person: PersonID?
    /// Whether that person is of age. Nil leaves what is on file, unless another person or another entity is recorded: then it is
    /// not known.
    public let adult: Adulthood?
    /// When the broker registered the login name; never changes.
    public let registeredAt: Timestamp

    public init(
        user: UserID, entity: EntityID, entityKind: EntityKind, person: PersonID? = nil, adult: Adulthood? = nil,
        registeredAt: Timestamp
    ) {
        self.user = user
        self.entity = entity
        self.entityKind = entityKind
        self.person = person
        self.adult = adult
        self.registeredAt = registeredAt
    }
}

/// What closing a user brings with it.
public struct ClosingFacts: Hashable, Sendable {
    /// The sharing by which the user logs in, and those by which others log in with the user's devices.
    public let sharings: [ShareRequest]
    /// The user's pending request.
    public let openRequest: ShareRequest?

    public init(sharings: [ShareRequest], openRequest: ShareRequest?) {
        self.sharings = sharings
        self.openRequest = openRequest
    }
}

/// Decides on what the directory says of users.
public enum UserDecider {
    /// Nothing where nothing is new. Throws `directory-record-differs` where another registration is on file, and
    /// `invalid-input` for one in the future.
    public static func record(
        _ command: RecordUser, _ state: User?, at now: Timestamp
    ) throws(SharingError) -> [NewEvent] {
        guard let user = state else {
            try DirectoryMoment.check(command.registeredAt, field: "registeredAt", at: now)
            return [
                .user(
                    command.user,
                    .registered(
                        user: command.user, entity: command.entity, entityKind: command.entityKind,
                        person: command.person, adult: command.adult ?? .unknown, registeredAt: command.registeredAt))
            ]
        }
        guard user.status == .open else { throw .userClosed(user.id) }
        guard user.registeredAt == command.registeredAt else {
            throw .directoryRecordDiffers(.user(user.id), field: "registeredAt", recorded: user.registeredAt.description)
        }
        // What is on file was said of that person within that entity. It is not known of another.
        let person = command.person ?? (user.entity == command.entity ? user.person : nil)
        let adult = command.adult ?? (user.entity == command.entity && user.person == person ? user.adult : .unknown)
        guard
            user.entity != command.entity || user.entityKind != command.entityKind || user.person != person || user.adult != adult
        else { return [] }
        return [
            .user(
                user.id,
                .entityChanged(
                    user: user.id, entity: command.entity, entityKind: command.entityKind, person: person, adult: adult))
        ]
    }

    /// Nothing where the fingerprints on file are the same.
    public static func recordIdentity(
        _ fingerprints: IdentityFingerprints, of id: UserID, _ state: User?, onFile: IdentityFingerprints?
    ) throws(SharingError) -> [NewEvent] {
        guard let user = state else { throw .userNotFound(id) }
        guard user.status == .open else { throw .userClosed(id) }
        guard fingerprints != onFile else { return [] }
        return [
            .user(id, .identityRecorded(user: id, keyID: fingerprints.keyID, attributes: fingerprints.attributes))
        ]
    }

    /// Removes the fingerprints; what was decided before stays explained by its comparison.
    public static func eraseIdentity(of id: UserID, _ state: User?) throws(SharingError) -> [NewEvent] {
        guard let user = state else { throw .userNotFound(id) }
        return user.identity == nil ? [] : [.user(id, .identityErased(user: id))]
    }

    /// Closes the user for good; sharings in which it takes part end, its pending request is withdrawn.
    public static func close(_ id: UserID, _ state: User?, facts: ClosingFacts) throws(SharingError) -> [NewEvent] {
        guard let user = state else { throw .userNotFound(id) }
        guard user.status == .open else { return [] }
        var events = [NewEvent.user(id, .closed(user: id))]
        for sharing in facts.sharings {
            events += ShareRequestDecider.ending(of: sharing, reason: .participantClosed)
        }
        if let request = facts.openRequest {
            events += ShareRequestDecider.withdrawal(of: request, note: "the requesting user was closed")
        }
        return events
    }
}
