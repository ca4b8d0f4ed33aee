import Canonical
import DeviceSharing
import EligibilityPolicy
import HTTPEdge
import SharingEngine

/// `/v1/users/…/candidates`.
enum CandidateRoutes {
    static let all = [list]

    private static let candidate = ObjectSchema(
        "Candidate", "A device with which the user might log in.",
        [
            .required("device", .string(.identifier), "The device."),
            .required("kind", .string(.text(1...100)), "Its kind."),
            .required("level", .integer(0...1_000_000), "Its security level."),
            .required("owner", .string(.identifier), "The user whose device it is."),
            .required(
                "outcome", .string(.choice(Outcome.allCases.map(\.rawValue))),
                "What a request would come to, presuming that the owner consents."),
            .required(
                "reasons", .array(.object(.reason), limit: 1_000), "What stands against it, the primary reason first."),
        ])

    private static let candidates = ObjectSchema(
        "Candidates", "The devices in force of users of the same entity or with identical identity data.",
        [
            .required("items", .array(.object(candidate), limit: 100_000), "The best first, of those that were looked at."),
            .optional(
                "truncated", .boolean,
                "True where there are more than 200 related users: then 200 were looked at, and a better device may be missing."),
        ])

    private static let list = Route(
        method: .get, path: "/v1/users/{user}/candidates", name: "listCandidates", group: .sharing,
        access: .roles([.portal, .compliance]), summary: "The devices that a user might share, the best first.",
        description: """
            With what stands against the others, as the policy says now. Limited while identity data of the user are new \
            (too-many-dry-runs).
            """, parameters: [.user],
        successes: [Route.Success(status: .ok, description: "The devices.", content: .json(.object(candidates)))],
        refusals: [.userNotFound, .userClosed], ownProblems: [.tooManyDryRuns]
    ) { call in
        let user = try call.parameters.user()
        try await call.admitDryRun(on: user)
        let (words, audience) = (call.words, call.audience)
        let found = try await call.engine.candidates(for: user)
        return .json(
            .members([
                "truncated": found.isTruncated ? true : nil,
                "items": .array(
                    found.devices.map { candidate in
                        [
                            "device": .string(candidate.device.rawValue), "kind": .string(candidate.kind.rawValue),
                            "level": .integer(Int64(candidate.level.rawValue)), "owner": .string(candidate.owner.rawValue),
                            "outcome": .string(candidate.assessment.outcome.rawValue),
                            "reasons": candidate.assessment.reasons(words, for: audience),
                        ]
                    }),
            ]))
    }
}
