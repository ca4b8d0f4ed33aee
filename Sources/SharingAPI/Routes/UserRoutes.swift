import Canonical
import DeviceSharing
import EligibilityPolicy
import HTTPEdge
import HTTPTypes

/// `/v1/users/…`.
enum UserRoutes {
    static let all = [show, record, close, recordIdentity, eraseIdentity]

    private static let writers: [DeviceSharing.Role] = [.portal, .operator]
    private static let answer = Schema.object(.user)

    private static let show = Route(
        method: .get, path: "/v1/users/{user}", name: "getUser", group: .directory,
        access: .roles([.portal, .operator, .compliance, .auditor]), summary: "A user as the log tells of it.",
        parameters: [.user, .ifNoneMatchRead],
        successes: [
            Route.Success(status: .ok, description: "The user.", content: .json(answer), headers: [.eTag]), .notModified,
        ],
        refusals: [.userNotFound]
    ) { call in
        let found = try await call.engine.user(call.parameters.user())
        return call.show(found.state.representation, revision: found.revision, hasNews: found.state.hasNewsOfSharing)
    }

    private static let record = Route(
        method: .put, path: "/v1/users/{user}", name: "putUser", group: .directory, access: .roles(writers),
        summary: "Registers a user, or brings it up to date.",
        description: "Recording what is known already changes nothing. A record with another registeredAt is refused.",
        parameters: [.user, .ifMatch, .ifNoneMatch],
        body: .json(.userRecord, isRequired: true),
        successes: [
            Route.Success(status: .ok, description: "The user was there.", content: .json(answer), headers: [.eTag]),
            Route.Success(status: .created, description: "The user is new.", content: .json(answer), headers: [.eTag]),
        ],
        refusals: [.userClosed, .directoryRecordDiffers, .invalidInput, .versionConflict]
    ) { call in
        let user = try call.parameters.user()
        let receipt = try await call.perform(.recordUser(call.body.userRecord(of: user)))
        var answer = try await current(user, call)
        let history = try await call.engine.log.history(of: .user(user))
        if let first = history.first?.position, receipt.positions.contains(first) { answer.status = .created }
        return answer
    }

    private static let close = Route(
        method: .delete, path: "/v1/users/{user}", name: "closeUser", group: .directory, access: .roles(writers),
        summary: "Closes a user for good.",
        description: "Sharings in which it takes part end, and its pending request is withdrawn.",
        parameters: [.user, .ifMatch],
        successes: [
            Route.Success(status: .ok, description: "The closed user.", content: .json(answer), headers: [.eTag])
        ],
        refusals: [.userNotFound, .versionConflict]
    ) { call in
        let user = try call.parameters.user()
        _ = try await call.perform(.closeUser(user))
        return try await current(user, call)
    }

    private static let recordIdentity = Route(
        method: .put, path: "/v1/users/{user}/identity", name: "putIdentity", group: .directory,
        access: .roles(writers),
        summary: "Records fingerprints of a user's identity data in place of those on file.",
        description: "The data themselves are stored nowhere, and no answer and no log repeats them.",
        parameters: [.user, .ifMatch],
        body: .json(.identityRecord, isRequired: true),
        successes: [Route.Success(status: .ok, description: "The user.", content: .json(answer), headers: [.eTag])],
        refusals: [.userNotFound, .userClosed, .invalidIdentityData, .versionConflict],
        ownProblems: [.identityKeyMissing]
    ) { call in
        let user = try call.parameters.user()
        guard let key = call.services.identityKey else { throw ProblemDetails(.identityKeyMissing) }
        _ = try await call.perform(.recordIdentity(user, key.fingerprints(of: try IdentityData(call.body))))
        return try await current(user, call)
    }

    private static let eraseIdentity = Route(
        method: .delete, path: "/v1/users/{user}/identity", name: "eraseIdentity", group: .directory,
        access: .roles(writers),
        summary: "Erases the fingerprints of a user's identity data.",
        description: "What was decided before stays explained by its comparison.", parameters: [.user, .ifMatch],
        successes: [Route.Success(status: .ok, description: "The user.", content: .json(answer), headers: [.eTag])],
        refusals: [.userNotFound, .versionConflict]
    ) { call in
        let user = try call.parameters.user()
        _ = try await call.perform(.eraseIdentity(user))
        return try await current(user, call)
    }

    private static func current(_ user: UserID, _ call: Call) async throws -> Answer {
        let found = try await call.engine.user(user)
        return .json(found.state.representation, headers: .tag(found.revision))
    }
}

extension IdentityData {
    /// Throws `invalid-identity-data`.
    init(_ body: CheckedBody) throws {
        let documents = body.objects("documents") + [body.object("document")].compactMap { $0 }
        try self.init(
            dateOfBirth: body.optionalText("dateOfBirth"),
            citizenships: body.texts("citizenships") + [body.optionalText("citizenship")].compactMap { $0 },
            residence: body.optionalText("residence"),
            documents: documents.map {
                IdentityDocument(
                    type: try $0.text("type"), number: try $0.text("number"), issuingCountry: $0.optionalText("issuingCountry"))
            },
            socialSecurityNumber: body.optionalText("socialSecurityNumber"))
    }
}
