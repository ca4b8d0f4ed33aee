import HTTPEdge
import HTTPTypes

/// The console's style sheet and scripts.
enum AssetRoutes {
    static let all = [asset]

    private static let asset = ConsoleRoute(
        method: .get, path: PageAssets.path + "/{name}", access: .open, isBackground: true
    ) { call in
        guard let asset = call.path["name"].flatMap({ call.console.assets[$0] }) else { throw ProblemDetails(.routeNotFound) }
        // What is asked for by its version never changes.
        let isVersioned = call.query.text("v") == asset.version
        return ConsoleAnswer(
            headers: [.cacheControl: isVersioned ? "public, max-age=31536000, immutable" : "no-cache"], content: .file(asset))
    }
}
