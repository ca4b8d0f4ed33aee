import HTTPTypes

/// Every operation of the API, in the order of the API document. A new one goes into the file of its resource.
enum RouteTable {
    static let all: [Route] =
        UserRoutes.all + DeviceRoutes.all + ImportRoutes.all + DirectoryRoutes.all
        + CandidateRoutes.all + DryRunRoutes.all + ShareRequestRoutes.all + SharingRoutes.all
        + CaseworkRoutes.all
        + EventRoutes.all + ProofRoutes.all
        + WebhookRoutes.all
        + OperationRoutes.all + ReadinessRoutes.all + DocumentRoutes.all

    /// The methods that an address takes; empty where there is nothing at it.
    static func methods(at path: String) -> [HTTPRequest.Method] {
        let methods = all.filter { $0.matches(path) }.map(\.method)
        return methods.contains(.get) ? methods + [.head] : methods
    }
}
