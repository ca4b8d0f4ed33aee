import DeviceSharing
import HTTPEdge

extension ObjectSchema {
    static let event = ObjectSchema(
        "Event", "Something that happened, as the ledger holds it.",
        [
            .required(
                "position", .integer(1...9_007_199_254_740_991), "Its place in the ledger: from 1, without gaps."),
            .required("stream", .string(.text(1...128)), "What it is about, such as user/maria01."),
            .required("version", .integer(1...2_147_483_647), "Its place in the stream, from 1."),
            .required("type", .string(.choice(DomainEvent.types)), "What happened."),
            .required("schemaVersion", .integer(1...1_000), "Version of the type's data."),
            .required("recordedAt", .string(.moment), "When it was recorded."),
            .required("leafHash", .string(.digest), "SHA-256 of the event, the leaf of the ledger's Merkle tree."),
            .required(
                "metadata", .anyObject,
                "Who and why: actor, role, correlation, causation, policy, traceparent; v is the version of this shape, 1 if absent."
            ),
            .optional("data", .anyObject, "The event itself; absent where its data are in an archive."),
        ])

    static let problem = ObjectSchema(
        "Problem", "What went wrong (RFC 9457).",
        [
            .required("type", .string(.printable(1...200)), "A page of this server that explains the code."),
            .required("title", .string(.text(1...400)), "What is wrong, in a few words and the reader's language."),
            .required("status", .integer(400...599), "The HTTP status."),
            .required("detail", .string(.text(0...8_000)), "What is wrong, as a sentence."),
            .required("advice", .string(.text(0...8_000)), "What to do about it."),
            .required("code", .string(.choice(ProblemDetails.Code.all.map(\.rawValue))), "The stable code."),
            .required("requestId", .string(.printable(1...64)), "The request's id, for questions to the operator."),
            .optional("parameters", .anyObject, "The code's parameters."),
            .optional("errors", .array(.object(.fieldProblem), limit: 100), "Every place that is wrong."),
        ])

    private static let fieldProblem = ObjectSchema(
        "FieldProblem", "What is wrong with one place of the request.",
        [
            .optional("pointer", .string(.text(0...4_000)), "A JSON Pointer (RFC 6901) into the body."),
            .optional("parameter", .string(.text(0...400)), "A parameter of the path or the query."),
            .optional("header", .string(.printable(1...64)), "A header."),
            .required(
                "code", .string(.printable(1...40)),
                "missing, unknown, wrong-kind, misshapen, out-of-range, too-many, repeated or refused."),
            .required("detail", .string(.text(1...8_000)), "What is wrong, in the reader's language."),
        ])
}
