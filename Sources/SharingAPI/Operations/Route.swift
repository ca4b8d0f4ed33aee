import Canonical
import DeviceSharing
import EligibilityPolicy
import HTTPEdge
import HTTPTypes

/// One operation of the API: what the router, the authorisation, the API document and the tests are all made of.
struct Route: Endpoint {
    /// What a request's body is.
    enum RequestBody: Sendable {
        case none
        /// JSON of this shape; one that may be missing counts as `{}`.
        case json(ObjectSchema, isRequired: Bool)
        /// One JSON object of this shape a line, each answered for itself.
        case lines(TaggedSchema)
    }

    /// An answer that the operation can give where all goes well.
    struct Success: Sendable {
        enum Content: Sendable {
            case none
            case json(Schema)
            /// One JSON object of this shape a line.
            case lines(ObjectSchema)
            /// JSON for who prefers it, and a page for everybody else.
            case jsonOrPage(Schema)
            /// In the first of these media types, unless the caller asks for another.
            case text(mediaTypes: [String])

            /// Bytes that are no text.
            case bytes

            static func text(mediaType: String) -> Content { .text(mediaTypes: [mediaType]) }
        }

        let status: HTTPResponse.Status
        let description: String
        let content: Content
        var headers: [Parameter] = []
    }

    let method: HTTPRequest.Method
    /// With places in braces: `/v1/users/{user}`.
    let path: String
    /// Whether the last place takes all that follows, with its slashes.
    var lastPlaceTakesRest = false
    /// Unique, for generated clients.
    let name: String
    let group: Group
    let access: RouteAccess
    let summary: String
    var description = ""
    var parameters: [Parameter] = []
    var body = RequestBody.none
    let successes: [Success]
    /// Codes of the domain that it can answer with.
    var refusals: [SharingErrorCode] = []
    /// Other problems of its own, beside those that any route can have.
    var ownProblems: [ServiceProblem] = []
    /// Whether its callers' rates are limited: not where a balancer asks whether the server is to be used.
    var isRateLimited = true
    /// Whether it answers for as long as the client listens: who asks every route leaves it out.
    var isStream = false
    let handler: Handler

    typealias Handler = @Sendable (Call) async throws -> Answer

    /// A chapter of the API document.
    enum Group: String, CaseIterable, Sendable {
        case directory = "Directory"
        case sharing = "Sharing"
        case compliance = "Compliance"
        case audit = "Audit"
        case notification = "Notification"
        case operation = "Operation"
    }
}

extension Route {
    var roles: [Role] {
        switch access {
        case .open: []
        case .roles(let roles): roles
        }
    }

    var takesBody: Bool {
        if case .none = body { return false }
        return true
    }

    /// Whether the idempotency key counts here.
    var takesIdempotencyKey: Bool { parameters.contains { $0.name == Parameter.idempotencyKey.name } }
}

/// A parameter of the path or the query, or a header.
struct Parameter: Sendable {
    enum Place: String, Sendable {
        case path, query, header
    }

    let name: String
    let place: Place
    let schema: Schema
    var isRequired = false
    /// Whether it may be given more than once.
    var isList = false
    /// Whether it is a header whose lines are one list with commas between (RFC 9110, section 5.3).
    var isFieldList = false
    /// False for what is taken from clients of before and offered to nobody.
    var isDocumented = true
    let description: String

    static func path(_ name: String, _ shape: TextShape, _ description: String) -> Parameter {
        Parameter(name: name, place: .path, schema: .string(shape), isRequired: true, description: description)
    }

    static func query(_ name: String, _ schema: Schema, isList: Bool = false, _ description: String) -> Parameter {
        Parameter(name: name, place: .query, schema: schema, isList: isList, description: description)
    }

    static func header(_ name: String, _ schema: Schema, isFieldList: Bool = false, _ description: String) -> Parameter {
        Parameter(name: name, place: .header, schema: schema, isFieldList: isFieldList, description: description)
    }
}
