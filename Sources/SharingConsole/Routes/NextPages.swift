import Canonical
import DeviceSharing
import HTTPEdge
import SharingEngine
import SharingLog

/// From one request in the queue to the next.
enum NextPages {
    static let all = [next]

    private static let path = "/console/next"

    /// - Parameter dossier: of a request that is pending, or was.
    static func address(behind dossier: RequestDossier) -> String {
        let deadlines = dossier.history.compactMap { event -> Timestamp? in
            guard case .shareRequest(.held(_, let expiresAt, _)) = event.event else { return nil }
            return expiresAt
        }
        return FormFields.address(
            path,
            [
                (
                    name: "after",
                    value: deadlines.last.map { QueueCursor(deadline: $0, request: dossier.request.id).description }
                )
            ])
    }

    /// The next request that nobody else works on, in the order of deadlines, and from the end to the beginning again.
    private static let next = ConsoleRoute.page(path, for: [.compliance]) { call in
        let after = call.query.text("after").flatMap { QueueCursor($0) }
        let places: [QueueCursor?] = after?.order == .deadline ? [after, nil] : [nil]
        for place in places {
            guard let row = try await first(call, behind: place) else { continue }
            return call.redirect(to: RequestPages.address(of: row.request))
        }
        return try call.back(to: QueuePages.path, done: call.say("casework.nothing-next"))
    }

    private static func first(_ call: ConsoleCall, behind place: QueueCursor?) async throws -> ShareRequestRow? {
        func page(_ claim: QueueFilter.Claim) async throws -> [ShareRequestRow] {
            try await call.engine.queuePage(QueueFilter(claim: claim, order: .deadline, after: place, limit: 1)).requests
        }
        return try await (page(.officer(call.officer)) + page(.nobody)).min { left, right in
            (left.expiresAt ?? .latest, left.request) < (right.expiresAt ?? .latest, right.request)
        }
    }
}
