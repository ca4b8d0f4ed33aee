import Canonical
import DeviceSharing
import EligibilityPolicy

/// Which share requests to list.
public struct ListFilter: Sendable {
    public var states: [ShareRequest.State]
    public var participant: UserID?
    public var device: DeviceID?
    public var reason: String?
    /// Behind this one: the last of a page is where the next begins.
    public var after: ShareRequestID?
    /// Elements of a page, 1 to 1,000.
    public var limit: Int

    public init(
        states: [ShareRequest.State] = [], participant: UserID? = nil, device: DeviceID? = nil, reason: String? = nil,
        after: ShareRequestID? = nil, limit: Int = 100
    ) {
        self.states = states
        self.participant = participant
        self.device = device
        self.reason = reason
        self.after = after
        self.limit = limit
    }

    var query: String {
        var pairs = states.map { ("state", $0.rawValue) }
        if let participant { pairs.append(("participant", participant.rawValue)) }
        if let device { pairs.append(("device", device.rawValue)) }
        if let reason { pairs.append(("reason", reason)) }
        if let after { pairs.append(("after", after.description)) }
        pairs.append(("limit", String(limit)))
        return String(query: pairs)
    }
}

extension DeviceSharingClient {
    private static let requests = "/v1/share-requests"

    /// The devices that a user might share, the best first.
    public func candidates(for user: UserID) async throws -> [CandidateAnswer] {
        let answer = try await transport.json(.GET, "/v1/users/\(user.rawValue.escaped)/candidates")
        return try (answer["items"]?.arrayValue ?? []).map { json throws(ClientError) in try CandidateAnswer(json) }
    }

    /// Asks that one user may log in with a device of another. A rejection by policy is an answer: look at the state.
    ///
    /// - Parameter statement: how the requester had logged in, and what the policy asks for with each request, by name. Throws
    ///   `invalid-input` for what the policy does not ask for, and where something lacks that it requires.
    public func submit(
        requester: UserID, owner: UserID, device: DeviceID, consent: OwnerConsent?, statement: PortalStatement = .none,
        key: String? = nil
    ) async throws -> ShareRequestAnswer {
        try ShareRequestAnswer(
            await transport.command(Self.requests, body: Self.body(requester, owner, device, consent, statement), key: key))
    }

    /// A dry run: what a request would come to. Nothing is recorded.
    public func assess(
        requester: UserID, owner: UserID, device: DeviceID, consent: OwnerConsent?, statement: PortalStatement = .none
    ) async throws -> AssessmentAnswer {
        try AssessmentAnswer(
            await transport.json(.POST, "/v1/dry-runs", body: Self.body(requester, owner, device, consent, statement)))
    }

    public func shareRequest(_ id: ShareRequestID) async throws -> ShareRequestAnswer {
        try ShareRequestAnswer(await transport.json(.GET, "\(Self.requests)/\(id)"))
    }

    /// A page of share requests in order of submission.
    public func shareRequests(_ filter: ListFilter = ListFilter()) async throws -> [ShareRequestAnswer] {
        let answer = try await transport.json(.GET, Self.requests + filter.query)
        return try (answer["items"]?.arrayValue ?? []).map { json throws(ClientError) in try ShareRequestAnswer(json) }
    }

    /// Withdraws a pending request, for the requester.
    public func withdraw(_ id: ShareRequestID, note: String? = nil, key: String? = nil) async throws
        -> ShareRequestAnswer
    {
        try await perform("withdrawal", on: id, body: Self.note(note), key: key)
    }

    /// A page of sharings in order of their requests' submission; of those that stand, unless told.
    public func sharings(_ filter: SharingFilter = SharingFilter()) async throws -> [SharingAnswer] {
        let answer = try await transport.json(.GET, "/v1/sharings" + filter.query)
        return try (answer["items"]?.arrayValue ?? []).map { json throws(ClientError) in try SharingAnswer(json) }
    }

    /// Who wants a sharing to end.
    public enum Party: String, Sendable, CaseIterable {
        case requester, owner, compliance
    }

    /// Ends a sharing; the requester's own devices come back.
    /// - Parameter consent: the owner's, given since the sharing began, where the owner wants the end; else none.
    public func endSharing(
        _ id: ShareRequestID, by party: Party, consent: OwnerConsent? = nil, note: String? = nil, key: String? = nil
    ) async throws -> SharingAnswer {
        var body: JSONObject = JSONObject()
        body["by"] = .string(party.rawValue)
        body["consent"] = consent.map(Self.json)
        body["note"] = note.map { .string($0) }
        return try SharingAnswer(await transport.command("/v1/sharings/\(id)/end", body: .object(body), key: key))
    }

    private static func body(
        _ requester: UserID, _ owner: UserID, _ device: DeviceID, _ consent: OwnerConsent?, _ statement: PortalStatement
    ) -> JSONValue {
        var body: JSONObject = JSONObject()
        body["requester"] = .string(requester.rawValue)
        body["owner"] = .string(owner.rawValue)
        body["device"] = .string(device.rawValue)
        body["consent"] = consent.map(Self.json)
        if !statement.inputs.isEmpty { body["inputs"] = statement.inputs.json }
        body["session"] = statement.session?.facts.json
        return .object(body)
    }

    private static func json(_ consent: OwnerConsent) -> JSONValue {
        [
            "type": .string(consent.type.rawValue), "method": .string(consent.method),
            "givenAt": .string(consent.givenAt.description),
            "reference": .string(consent.reference),
        ]
    }

    static func note(_ note: String?) -> JSONValue { note.map { ["note": .string($0)] } ?? [:] }

    func perform(_ verb: String, on id: ShareRequestID, body: JSONValue, key: String?) async throws
        -> ShareRequestAnswer
    {
        try ShareRequestAnswer(await transport.command("\(Self.requests)/\(id)/\(verb)", body: body, key: key))
    }
}
