import DeviceSharing
import HTTPEdge
import HTTPTypes

/// One address of the console: what the router, the sign-in, the menu and the tests are all made of.
struct ConsoleRoute: Endpoint {
    typealias Handler = @Sendable (ConsoleCall) async throws -> ConsoleAnswer

    let method: HTTPRequest.Method
    let path: String
    let access: RouteAccess
    /// The key of its words in the chapter `menu`, where the menu has it.
    var menu: String?
    /// Whether a page's script calls it by itself, which keeps no session alive.
    var isBackground = false
    /// Whether it answers for as long as the browser listens.
    var isStream = false
    let handler: Handler

    /// Whether the answer depends on who asks. Styles, scripts and pictures are the same for everybody.
    var dependsOnSession: Bool {
        switch access {
        case .open: !isBackground
        case .roles: true
        }
    }

    /// A page for whoever has one of these roles.
    static func page(_ path: String, for roles: [Role], menu: String? = nil, _ handler: @escaping Handler) -> ConsoleRoute {
        ConsoleRoute(method: .get, path: path, access: .roles(roles), menu: menu, handler: handler)
    }

    /// What a form is sent to: it does something, and redirects to a page (`call.back`, `call.redirect`).
    static func form(_ path: String, for roles: [Role], _ handler: @escaping Handler) -> ConsoleRoute {
        ConsoleRoute(method: .post, path: path, access: .roles(roles), handler: handler)
    }
}
