import Canonical
import DeviceSharing
import EligibilityPolicy
import HTTPEdge
import HTTPTypes
import SharingEngine

/// What compliance officers do with a share request.
enum CaseworkRoutes {
    static let all = [claim, release, note, approve, reject]

    private static let claim = route(
        "claim", "claimShareRequest", "Takes a pending request to work on; nobody else decides on it for 15 minutes.",
        refusals: [.separationOfDuties]
    ) { request, _ in .claim(request) }

    private static let release = route("release", "releaseShareRequest", "Lets go of a request that was claimed.") {
        request, _ in
        .release(request)
    }

    private static let note = route(
        "notes", "noteShareRequest", "Adds a note to a request, in any state, for other officers and auditors.",
        body: ObjectSchema(
            "NoteText", "A note.",
            [
                .required(
                    "text", .string(.text(1...ShareRequestDecider.maximumNoteLength)),
                    "The note; it stays for ever: no personal data.")
            ]), isBodyRequired: true
    ) { request, body in .note(request, text: try body.text("text")) }

    private static let approve = route(
        "approval", "approveShareRequest", "Approves a pending request; the policy decides again, on what is so now.",
        "What has become ineligible since the submission is rejected, not approved: look at the state in the answer.",
        body: .note, refusals: [.separationOfDuties]
    ) { request, body in .approve(request, note: body.optionalText("note")) }

    private static let reject = route(
        "rejection", "rejectShareRequest", "Rejects a pending request, for one of the policy's reasons.",
        body: ObjectSchema(
            "RejectionReason", "Why a request is rejected.",
            [
                .required("reason", .string(.text(1...200)), "One of the policy's rejection reasons."),
                .optional(
                    "note", .string(.text(1...ShareRequestDecider.maximumNoteLength)),
                    "More; it stays for ever: no personal data."),
            ]), isBodyRequired: true, refusals: [.separationOfDuties, .reasonRequired, .unknownRejectionReason]
    ) { request, body in
        .reject(request, reason: try body.text("reason"), note: body.optionalText("note"))
    }

    private static let nothing = ObjectSchema(nil, "Nothing.", [])

    private static func route(
        _ verb: String, _ name: String, _ summary: String, _ description: String = "", body: ObjectSchema = nothing,
        isBodyRequired: Bool = false, refusals: [SharingErrorCode] = [],
        _ command: @Sendable @escaping (ShareRequestID, CheckedBody) throws -> Command
    ) -> Route {
        Route(
            method: .post, path: "\(ShareRequestRoutes.path)/{request}/\(verb)", name: name, group: .compliance,
            access: .roles([.compliance]), summary: summary, description: description,
            parameters: [.request, .idempotencyKey, .ifMatch], body: .json(body, isRequired: isBodyRequired),
            successes: [
                Route.Success(
                    status: .ok, description: "The request.", content: .json(.object(.shareRequest)), headers: [.eTag])
            ],
            refusals: refusals + [
                .requestNotFound, .invalidTransition, .invalidInput, .versionConflict, .idempotencyKeyReused,
            ]
        ) { call in
            let receipt = try await call.perform(command(call.parameters.shareRequest(), call.body))
            return .json(try await call.representation(of: receipt.shareRequest()), headers: .tag(receipt.revision))
        }
    }
}
