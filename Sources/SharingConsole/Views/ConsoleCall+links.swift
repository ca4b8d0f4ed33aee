import Canonical
import DeviceSharing

/// Where the person may go.
extension ConsoleCall {
    /// The role in which the person acts on a page that is for some roles; nil where it is for none of theirs.
    func role(on route: ConsoleRoute) -> Role? {
        principal.flatMap { try? route.access.role(of: $0, in: backend.tenancy) }
    }

    /// What a link needs: the address, or false where the page is not for the person, so that no link ends in a refusal. False
    /// rather than absent: an absent name would be looked for in what is around it.
    /// - Parameter address: of a page whose path has places.
    func link(to route: ConsoleRoute, at address: String? = nil) -> JSONValue {
        role(on: route) == nil ? false : .string(address ?? route.path)
    }
}
