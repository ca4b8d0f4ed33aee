import Canonical
import DeviceSharing
import SharingEngine

/// Claims that are renewed for as long as somebody has the request open.
enum LeaseRoutes {
    static let all = [renew]

    /// What a page's script sends by itself (`{{>lease}}`).
    private static let renew = ConsoleRoute(
        method: .post, path: "/console/requests/{request}/renewal", access: .roles([.compliance]), isBackground: true
    ) { call in
        // Each renewal is a new one, though they all come from one form.
        _ = try await call.perform(.renewClaim(try call.shareRequest()), onceForEachForm: false)
        return .nothing
    }
}

extension ConsoleCall {
    /// What `{{#lease}}{{>lease}}{{/lease}}` needs on the page of a request: nil unless the reader has claimed it.
    func lease(of request: ShareRequest, at now: Timestamp) -> JSONValue? {
        guard let claim = request.pending?.claim, claim.officer == officer, now < claim.until else { return nil }
        // Well before it lapses: a script may be late.
        let left = Int(claim.until.duration(since: now) / .seconds(1))
        return ["id": .string(request.id.description), "seconds": .integer(Int64(max(left * 2 / 3, 1)))]
    }
}
