import Canonical
import DeviceSharing
import SharingEngine

/// Who a token says is asking.
package struct Principal: Hashable, Sendable {
    /// The client or the officer.
    package let subject: String
    package let roles: Set<Role>
    /// The ledger that it acts for; nil where the token names none.
    package let ledger: String?
    /// The entity that an officer belongs to as a client.
    package let entity: EntityID?
    package var expiresAt: Timestamp

    package init(subject: String, roles: Set<Role>, ledger: String?, entity: EntityID?, expiresAt: Timestamp) {
        self.subject = subject
        self.roles = roles
        self.ledger = ledger
        self.entity = entity
        self.expiresAt = expiresAt
    }

    /// Who acts when this one does so in a role.
    package func actor(as role: Role) -> Actor { Actor(id: subject, role: role, entity: entity) }

    /// The caller's idempotency key as the log has it: two clients may use the same one.
    package func scoped(_ key: String) -> String {
        // A long key by its digest, so that there is room for what is added.
        let name = key.utf8.count <= 128 ? key : "sha256-" + Digest(sha256: Array(key.utf8)).description
        return String(Digest(sha256: Array(subject.utf8)).description.prefix(32)) + ":" + name
    }
}
