import DeviceSharing

/// Who may call a route of the API, or see a page of the console.
package enum RouteAccess: Hashable, Sendable {
    /// Anybody: nothing that it tells is worth keeping.
    case open
    /// A principal with one of these roles. One with several of them acts in the first of this order.
    case roles([Role])

    /// The role in which a principal acts. Throws `role-not-permitted` and `ledger-not-permitted`.
    package func role(of principal: Principal, in tenancy: Tenancy) throws(ProblemDetails) -> Role? {
        guard case .roles(let permitted) = self else { return nil }
        guard let role = permitted.first(where: principal.roles.contains) else {
            throw ProblemDetails(.roleNotPermitted)
        }
        guard tenancy.admits(principal, as: role) else { throw ProblemDetails(.ledgerNotPermitted) }
        return role
    }
}
