import Canonical
import DeviceSharing
import EligibilityPolicy
import HTTPEdge

extension ObjectSchema {
    /// A session as requests have it.
    static let requesterSession = ObjectSchema(
        "RequesterSession", "How the requester had logged in when the request was made, on the word of the portal.",
        sessionMembers)

    /// A session as answers and events have it.
    static let recordedSession = ObjectSchema(
        "RecordedSession", "How the requester had logged in when the request was made, as the portal said.", sessionMembers)

    private static let sessionMembers: [Member] = [
        .required(
            "methods",
            .array(.string(.choice(AuthenticationMethod.allCases.map(\.rawValue))), limit: AuthenticationMethod.allCases.count),
            "Methods of authentication, as RFC 8176 names them."),
        .required(
            "level", .integer(Int64(SessionFacts.levels.lowerBound)...Int64(SessionFacts.levels.upperBound)),
            "How far the session is to be trusted, on the broker's own scale."),
        .required("authenticatedAt", .string(.moment), "When."),
    ]
}

extension CheckedBody {
    /// What the portal says beside the consent. Throws `invalid-input`.
    func statement() throws -> PortalStatement {
        PortalStatement(session: try session(), inputs: try inputs())
    }

    private func session() throws -> RequesterSession? {
        guard let session = object("session") else { return nil }
        return try RequesterSession(
            methods: session.texts("methods").compactMap(AuthenticationMethod.init(rawValue:)),
            level: Int(session.integer("level")),
            authenticatedAt: session.moment("authenticatedAt"))
    }

    private func inputs() throws(SharingError) -> InputValues {
        var values: [String: InputValue] = [:]
        for (name, value) in anyMembers("inputs") {
            guard let input = InputValue(json: value) else {
                throw .invalidInput(field: "inputs", problem: "must have words, whole numbers and flags as values")
            }
            values[name] = input
        }
        return InputValues(values)
    }
}
