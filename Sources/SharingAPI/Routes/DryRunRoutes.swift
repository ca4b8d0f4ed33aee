import Canonical
import DeviceSharing
import EligibilityPolicy
import HTTPEdge
import SharingEngine

/// `/v1/dry-runs`. Apart from the submission, so that the answer of either is one type to clients that are generated.
enum DryRunRoutes {
    static let all = [dryRun]

    private static let dryRun = Route(
        method: .post, path: "/v1/dry-runs", name: "dryRunShareRequest", group: .sharing, access: .roles([.portal]),
        summary: "Tells what a share request would come to; nothing is recorded.",
        description: """
            The body is that of submitShareRequest, and the policy decides on the same facts. What submitShareRequest refuses, \
            such as a device that is not active, is answered with reject, and the refusal as its reason. Dry runs are limited while identity \
            data of one of the users are new (too-many-dry-runs), since by them data could be guessed.
            """,
        body: .json(.newShareRequest, isRequired: true),
        successes: [
            Route.Success(
                status: .ok, description: "What the request would come to.", content: .json(.object(.assessment)))
        ],
        refusals: [.unknownConsentType], ownProblems: [.tooManyDryRuns]
    ) { call in try await answer(call) }

    static func answer(_ call: Call) async throws -> Answer {
        let command = try call.body.submission()
        try await call.admitDryRun(on: command.requester, command.owner)
        return .json(try await call.engine.assess(command).representation(call.words, for: call.audience))
    }
}

extension Assessment {
    fileprivate func representation(_ words: Words, for audience: Audience) -> JSONValue {
        .members([
            "outcome": .string(outcome.rawValue), "reasons": reasons(words, for: audience),
            "decision": decision(for: audience),
        ])
    }
}
