import HTTPEdge
import Hummingbird

extension Route {
    /// Whether an address is one of this route's.
    func matches(_ address: String) -> Bool {
        let (places, parts) = (path.split(separator: "/"), address.split(separator: "/"))
        guard lastPlaceTakesRest ? parts.count >= places.count : parts.count == places.count else { return false }
        return zip(places, parts).allSatisfy { $0.hasPrefix("{") || $0 == $1 }
    }

    /// The path as the router takes it.
    var routerPath: RouterPath {
        guard lastPlaceTakesRest else { return RouterPath(path) }
        return RouterPath((path.split(separator: "/").dropLast() + ["**"]).joined(separator: "/"))
    }

    /// What the router found in the places of the path, percent-decoded.
    func values(in parameters: Parameters) -> [String: String] {
        var values: [String: String] = [:]
        for (name, value) in parameters where name != Parameters.recursiveCaptureKey {
            values[String(name)] = QueryString.decoded(value)
        }
        if lastPlaceTakesRest, let last = path.split(separator: "/").last {
            values[String(last.dropFirst().dropLast())] = QueryString.decoded(
                Substring(parameters.getCatchAll().joined(separator: "/")))
        }
        return values
    }
}
