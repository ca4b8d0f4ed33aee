import Canonical
import DeviceSharing
import SharingEngine

@testable import HTTPEdge
@testable import SharingConsole

/// Every page of the console, with something to show at each.
struct ConsolePages: Sendable {
    struct Page: Sendable {
        let path: String
        let access: RouteAccess
        let isInMenu: Bool

        func isFor(_ person: ConsoleSite.Person) -> Bool {
            guard let sample = SamplePerson.all.first(where: { $0.name == person.rawValue }) else { return false }
            return switch access {
            case .open: true
            case .roles(let roles): !sample.roles.isDisjoint(with: roles)
            }
        }
    }

    let all: [Page]

    /// - Parameter values: of the places in addresses, in the stead of the usual ones.
    init(_ site: ConsoleSite, _ values: [String: String] = [:]) async throws {
        let request: String
        if let given = values["request"] { request = given } else { request = try await site.pendingRequest("shown").description }
        let digest = site.engine.activePolicy?.digest.description ?? ""
        let values = [
            "request": request, "user": "requester-shown", "device": "card-shown", "position": "3", "digest": digest,
            "policy": digest, "kind": "users", "id": "requester-shown",
        ].merging(values) { _, given in given }
        all = ConsoleRouteTable.all.filter { $0.method == .get && !$0.isStream && !$0.isBackground }.map { route in
            let parts = route.path.split(separator: "/").map { part -> String in
                part.hasPrefix("{") ? values[String(part.dropFirst().dropLast())] ?? String(part) : String(part)
            }
            return Page(path: "/" + parts.joined(separator: "/"), access: route.access, isInMenu: route.menu != nil)
        }
    }
}
