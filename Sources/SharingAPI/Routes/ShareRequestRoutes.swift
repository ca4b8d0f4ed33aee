import Canonical
import DeviceSharing
import EligibilityPolicy
import HTTPEdge
import HTTPTypes
import SharingEngine
import SharingLog

/// `/v1/share-requests`.
enum ShareRequestRoutes {
    static let all = [submit, list, show, withdraw, history]

    static let path = "/v1/share-requests"

    // MARK: Submitting

    /// How clients of before asked for a dry run: what they meant to try must never become a request.
    private static let formerDryRun = Parameter(
        name: "dryRun", place: .query, schema: .boolean, isDocumented: false, description: "The same as dryRunShareRequest.")

    private static let submit = Route(
        method: .post, path: path, name: "submitShareRequest", group: .sharing, access: .roles([.portal]),
        summary: "Asks that one user may log in with a device of another.",
        description: """
            The policy decides at once: the request is active, waits for compliance, or is rejected. A rejection is an answer, \
            not an error: the request is on record with its reasons. What no policy could permit, such as a device that is not \
            active, is refused and not on record. dryRunShareRequest tells beforehand what a request would come to.
            """,
        parameters: [.idempotencyKey, formerDryRun], body: .json(.newShareRequest, isRequired: true),
        successes: [
            Route.Success(
                status: .created, description: "The request, decided.", content: .json(.object(.shareRequest)),
                headers: [.location, .eTag])
        ],
        refusals: [
            .requesterIsOwner, .notDeviceOwner, .deviceNotActive, .userClosed, .alreadyShared, .sharingChain,
            .userNotFound,
            .deviceNotFound, .requestAlreadyOpen, .invalidInput, .unknownConsentType, .versionConflict, .idempotencyKeyReused,
        ]
    ) { call in
        if call.parameters.flag(formerDryRun.name) { return try await DryRunRoutes.answer(call) }
        let receipt = try await call.perform(.submit(call.body.submission()))
        let request = try receipt.shareRequest()
        var headers = HTTPFields.tag(receipt.revision)
        headers[.location] = "\(path)/\(request.id)"
        return .json(try await call.representation(of: request), status: .created, headers: headers)
    }

    // MARK: Reading

    private static let readers: [DeviceSharing.Role] = [.compliance, .auditor, .portal]

    /// A portal is known by its token's `sub`.
    static let ownRequests = """
        To a portal only requests of its own submission are there: those that a token with its `sub` submitted, and those from \
        before submitters were recorded.
        """

    private static let filters: [Parameter] = [
        .query(
            "state", .string(.choice(ShareRequest.State.allCases.map(\.rawValue))), isList: true,
            "Only requests in this state; may be given more than once."),
        .query("participant", .string(.identifier), "Only requests in which this user takes part."),
        .query("device", .string(.identifier), "Only requests for this device."),
        .query(
            "reason", .string(.text(1...PolicyReasonID.maximumTextLength)),
            """
            Only requests held or rejected for this reason: a code of the program's or of the policy's; compliance-decision for \
            those that an officer rejected; or one of the policy's list for which an officer rejected. A portal finds requests by \
            what it is told of them; to it a reason that the policy does not disclose is an unknown one.
            """),
        .query("submittedFrom", .string(.moment), "Only requests submitted at this moment or later."),
        .query("submittedBefore", .string(.moment), "Only requests submitted before this moment."),
        .query("after", .string(.uuid), "Where the page begins: behind this request."), .limit,
    ]

    private static let list = Route(
        method: .get, path: path, name: "listShareRequests", group: .sharing, access: .roles(readers),
        summary: "Share requests in order of submission.", description: ownRequests, parameters: filters,
        successes: [
            Route.Success(
                status: .ok, description: "A page.",
                content: .json(.object(Page.schema("ShareRequestPage", of: .shareRequestSummary))), headers: [.link])
        ],
        refusals: [.unknownRejectionReason]
    ) { call in
        let parameters = call.parameters
        let limit = parameters.integer("limit") ?? 100
        let (audience, officersReasons) = (call.audience, call.officersReasons)
        let reason = parameters.text("reason")
        // To a portal, a reason of the policy's list is as unknown as one that nobody has ever heard of.
        if let reason, audience == .portal {
            let disclosed = try await call.engine.reasonsForPortals()
            guard audience.mayAsk(for: reason, officersReasons: officersReasons, disclosed: disclosed) else {
                throw FieldProblem(.parameter("reason"), .unknown)
            }
        }
        let rows = try await call.engine.requests(
            ShareRequestFilter(
                states: Set(parameters.texts("state").compactMap(ShareRequest.State.init(rawValue:))),
                participant: parameters.identifier("participant"), device: parameters.identifier("device"),
                reason: reason, audience: audience, portal: call.portal, submittedFrom: parameters.moment("submittedFrom"),
                submittedBefore: parameters.moment("submittedBefore"), after: parameters.request("after"), limit: limit)
        )
        return Page(
            items: rows.map { $0.representation(for: audience, officersReasons: officersReasons) },
            next: rows.count == limit ? rows.last?.request.description : nil
        ).answer(path: path, query: parameters.query(of: filters))
    }

    private static let show = Route(
        method: .get, path: path + "/{request}", name: "getShareRequest", group: .sharing, access: .roles(readers),
        summary: "A share request with its latest decision.", description: ownRequests,
        parameters: [.request, .ifNoneMatchRead],
        successes: [
            Route.Success(
                status: .ok, description: "The request.", content: .json(.object(.shareRequest)), headers: [.eTag]), .notModified,
        ],
        refusals: [.requestNotFound]
    ) { call in
        let found = try await call.engine.versionedShareRequest(call.parameters.shareRequest())
        if let portal = call.portal, !found.state.isOf(portal: portal) {
            throw SharingError.requestNotFound(found.state.id)
        }
        // Which words are needed is found out at once; the answer itself is made only where the caller has not got it.
        let words = try await call.reasonWords(for: found.state)
        return try call.show(found.state.representation(words, for: call.audience), revision: found.revision)
    }

    private static let history = Route(
        method: .get, path: path + "/{request}/events", name: "listShareRequestEvents", group: .audit,
        access: .roles([.auditor, .compliance]), summary: "All that happened to a share request, in order.",
        parameters: [.request],
        successes: [
            Route.Success(
                status: .ok, description: "The events.", content: .json(.object(Page.schema("EventList", of: .event))))
        ],
        refusals: [.requestNotFound]
    ) { call in
        let request = try call.parameters.shareRequest()
        let events = try await call.engine.log.history(of: .shareRequest(request))
        guard !events.isEmpty else { throw SharingError.requestNotFound(request) }
        return Page(items: events.map(\.json), next: nil).answer(path: path, query: [])
    }

    // MARK: Withdrawing

    private static let withdraw = Route(
        method: .post, path: path + "/{request}/withdrawal", name: "withdrawShareRequest", group: .sharing,
        access: .roles([.portal]), summary: "Withdraws a pending request, for the requester.",
        parameters: [.request, .idempotencyKey, .ifMatch], body: .json(.note, isRequired: false),
        successes: [
            Route.Success(
                status: .ok, description: "The request.", content: .json(.object(.shareRequest)), headers: [.eTag])
        ],
        refusals: [.requestNotFound, .invalidTransition, .invalidInput, .versionConflict, .idempotencyKeyReused]
    ) { call in
        let receipt = try await call.perform(
            .withdraw(call.parameters.shareRequest(), note: call.body.optionalText("note")))
        return .json(try await call.representation(of: receipt.shareRequest()), headers: .tag(receipt.revision))
    }
}

extension ObjectSchema {
    static let note = ObjectSchema(
        "Note", "A remark.",
        [
            .optional(
                "note", .string(.text(1...ShareRequestDecider.maximumNoteLength)), "Why; it stays for ever: no personal data."
            )
        ])
}

extension Receipt {
    /// The request of a command about one.
    func shareRequest() throws -> ShareRequest {
        guard let request else { throw ProblemDetails(.internalFailure) }
        return request
    }
}

extension CheckedBody {
    /// A NewShareRequest. Throws `invalid-input` and `unknown-consent-type`.
    func submission() throws -> SubmitShareRequest {
        try SubmitShareRequest(
            requester: identifier("requester"), owner: identifier("owner"), device: identifier("device"), consent: consent(),
            statement: statement())
    }
}
