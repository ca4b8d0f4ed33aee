import Canonical
import DeviceSharing
import SharingEngine

/// Who a token says is asking.
struct Principal: Hashable, Sendable {
    /// The client or the officer.
    let subject: String
    let roles: Set<Role>
    /// The ledger that it acts for; nil where the token names none.
    let ledger: String?
    /// The entity that an officer belongs to as a client.
    let entity: EntityID?
    var expiresAt: Timestamp

    /// Who acts when this one does so in a role.
    func actor(as role: Role) -> Actor { Actor(id: subject, role: role, entity: entity) }

    /// The caller's idempotency key as the log has it: two clients may use the same one.
    func scoped(_ key: String) -> String {
        // A long key by its digest, so that there is room for what is added.
        let name = key.utf8.count <= 128 ? key : "sha256-" + Digest(sha256: Array(key.utf8)).description
        return String(Digest(sha256: Array(subject.utf8)).description.prefix(32)) + ":" + name
    }
}

extension Route.Access {
    /// The role in which a principal acts. Throws `role-not-permitted` and `ledger-not-permitted`.
    func role(of principal: Principal, in tenancy: Tenancy) throws(ProblemDetails) -> Role? {
        guard case .roles(let permitted) = self else { return nil }
        guard let role = permitted.first(where: principal.roles.contains) else {
            throw ProblemDetails(.roleNotPermitted)
        }
        guard tenancy.admits(principal, as: role) else { throw ProblemDetails(.ledgerNotPermitted) }
        return role
    }
}
