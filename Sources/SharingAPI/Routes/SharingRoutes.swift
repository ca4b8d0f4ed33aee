import Canonical
import DeviceSharing
import EligibilityPolicy
import HTTPEdge
import HTTPTypes
import SharingEngine

/// `/v1/sharings`.
enum SharingRoutes {
    static let all = [list, end]

    private static let path = "/v1/sharings"

    private static let filters: [Parameter] = [
        .query("participant", .string(.identifier), "Only sharings in which this user takes part."),
        .query("device", .string(.identifier), "Only sharings of this device."),
        .query(
            "state", .string(.choice(["active", "ended"])),
            "Those that stand, or those that have ended; active unless told."),
        .query("after", .string(.uuid), "Where the page begins: behind this sharing."), .limit,
    ]

    private static let list = Route(
        method: .get, path: path, name: "listSharings", group: .sharing,
        access: .roles([.compliance, .auditor, .portal]),
        summary: "Sharings in order of their requests' submission: who logs in with whose device.",
        description: ShareRequestRoutes.ownRequests, parameters: filters,
        successes: [
            Route.Success(
                status: .ok, description: "A page.", content: .json(.object(Page.schema("SharingPage", of: .sharing))),
                headers: [.link])
        ]
    ) { call in
        let parameters = call.parameters
        let limit = parameters.integer("limit") ?? 100
        let state = parameters.text("state").flatMap(ShareRequest.State.init(rawValue:)) ?? .active
        let rows = try await call.engine.requests(
            ShareRequestFilter(
                states: [state], participant: parameters.identifier("participant"),
                device: parameters.identifier("device"), portal: call.portal,
                after: parameters.request("after"), limit: limit))
        return Page(items: rows.map(\.sharing), next: rows.count == limit ? rows.last?.request.description : nil)
            .answer(path: path, query: parameters.query(of: filters))
    }

    /// Who wants a sharing to end.
    private enum Party: String, CaseIterable {
        case requester, owner, compliance

        var reason: EndReason {
            switch self {
            case .requester: .stoppedByRequester
            case .owner: .stoppedByOwner
            case .compliance: .stoppedByCompliance
            }
        }

        var role: DeviceSharing.Role { self == .compliance ? .compliance : .portal }
    }

    private static let end = Route(
        method: .post, path: path + "/{request}/end", name: "endSharing", group: .sharing,
        access: .roles([.portal, .compliance]), summary: "Ends a sharing; the requester's own devices come back.",
        description: """
            An officer acts for compliance. The portal that submitted the request acts for the requester. For the owner any portal \
            acts, and shows by the owner's consent, given since the sharing began, that it is the owner's wish.
            """,
        parameters: [.request, .idempotencyKey, .ifMatch],
        body: .json(
            ObjectSchema(
                "SharingEnd", "Who wants a sharing to end.",
                [
                    .required("by", .string(.choice(Party.allCases.map(\.rawValue))), "Who wants it."),
                    .optional("consent", .tagged(.consent), "The owner's consent to the end; with by: owner, and only then."),
                    .optional(
                        "note", .string(.text(1...ShareRequestDecider.maximumNoteLength)),
                        "Why; it stays for ever: no personal data."),
                ]), isRequired: true),
        successes: [
            Route.Success(
                status: .ok, description: "The ended sharing; the tag is its request's.", content: .json(.object(.sharing)),
                headers: [.eTag])
        ],
        refusals: [
            .sharingNotFound, .invalidTransition, .ownerConsentMissing, .invalidInput, .unknownConsentType, .notPermitted,
            .versionConflict, .idempotencyKeyReused,
        ]
    ) { call in
        let party = try call.body.choice("by", Party.self)
        guard let principal = call.principal, principal.roles.contains(party.role) else {
            throw ProblemDetails(.roleNotPermitted)
        }
        let receipt = try await call.perform(
            .endSharing(
                call.parameters.shareRequest(), reason: party.reason, consent: call.body.consent(),
                note: call.body.optionalText("note")),
            as: party.role)
        return .json(try receipt.shareRequest().sharing, headers: .tag(receipt.revision))
    }
}
