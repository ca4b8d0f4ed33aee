import HTTPTypes

/// Every operation of the API, in the order of the API document. A new one goes into the file of its resource.
enum RouteTable {
    static let all: [Route] =
        UserRoutes.all + DeviceRoutes.all + ImportRoutes.all
        + CandidateRoutes.all + ShareRequestRoutes.all + SharingRoutes.all
        + CaseworkRoutes.all
        + EventRoutes.all
        + WebhookRoutes.all
        + OperationRoutes.all + DocumentRoutes.all

    /// The methods that an address takes; empty where there is nothing at it.
    static func methods(at path: String) -> [HTTPRequest.Method] {
        let parts = path.split(separator: "/")
        let methods = all.filter { route in
            let places = route.path.split(separator: "/")
            return places.count == parts.count && zip(places, parts).allSatisfy { $0.hasPrefix("{") || $0 == $1 }
        }.map(\.method)
        return methods.contains(.get) ? methods + [.head] : methods
    }
}
