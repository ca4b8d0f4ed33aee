import Canonical
import HTTPTypes
import Hummingbird
import NIOCore

/// Takes a caller's bodies off the wire, within limits of size, number, memory and time.
package struct BodyReader: Sendable {
    let limits: ServerLimits
    let receptions: Receptions
    let timeouts: RequestTimeouts
    /// Who counts as having sent the body, for its share of the room.
    let caller: String

    package init(limits: ServerLimits, receptions: Receptions, timeouts: RequestTimeouts, caller: String) {
        self.limits = limits
        self.receptions = receptions
        self.timeouts = timeouts
        self.caller = caller
    }

    /// A JSON body. Throws `media-type-unsupported`, `content-coding-unsupported`, `body-too-large` and `body-malformed`, and what
    /// `Receptions` throws.
    package func json(_ request: Request, _ schema: ObjectSchema, isRequired: Bool) async throws -> CheckedBody {
        let body = try await bytes(request, limit: limits.body)
        defer { body.giveBack() }
        if body.buffer.readableBytes == 0, !isRequired { return try CheckedBody(.object(JSONObject()), schema) }
        try checkMediaType(request, ["application/json"])
        let value: JSONValue
        do throws(JSONError) {
            value = try JSONValue(
                parsing: Array(buffer: body.buffer), limits: JSONLimits(depth: limits.nesting, size: limits.body))
        } catch {
            throw ProblemDetails(.bodyMalformed, errors: [FieldProblem(.pointer(""), .refused("\(error)"))])
        }
        return try CheckedBody(value, schema)
    }

    /// A body of lines, whose room is the caller's to give back. Throws `media-type-unsupported`, `body-too-large`, and what
    /// `Receptions` throws.
    package func lines(_ request: Request) async throws -> ReceivedBody {
        try checkMediaType(request, ["application/x-ndjson", "application/jsonl"])
        return try await timeouts.limit(to: limits.importReceptionTime) {
            try await bytes(request, limit: limits.importBody)
        }
    }

    /// The fields of a form. Throws `media-type-unsupported` and `body-too-large`, and what `Receptions` throws.
    package func form(_ request: Request) async throws -> FormFields {
        try checkMediaType(request, ["application/x-www-form-urlencoded"])
        let body = try await bytes(request, limit: limits.body)
        defer { body.giveBack() }
        return FormFields(String(buffer: body.buffer))
    }

    /// A request that should have no body must have none. Throws `request-invalid`.
    package func none(_ request: Request) async throws {
        // However it is coded.
        let body = try await bytes(request, coded: .identity, limit: limits.body)
        defer { body.giveBack() }
        guard body.buffer.readableBytes == 0 else {
            throw ProblemDetails(.requestInvalid, errors: [FieldProblem(.pointer(""), .unknown)])
        }
    }

    /// - Parameter coding: nil for that of the request's headers.
    private func bytes(_ request: Request, coded coding: ContentCoding? = nil, limit: Int) async throws -> ReceivedBody {
        // Where neither is there, there is no body (RFC 9112, section 6.3).
        guard request.headers[.contentLength] != nil || request.headers[.transferEncoding] != nil else { return .empty }
        // A length beyond all numbers is one too.
        if let length = request.headers[.contentLength], Int(length).map({ $0 > limit }) ?? true {
            throw ProblemDetails(.bodyTooLarge)
        }
        let coding = try coding ?? ContentCoding(request.headers)
        return try await receptions.receive(request.body, coded: coding, upTo: limit, from: caller)
    }

    private func checkMediaType(_ request: Request, _ accepted: [String]) throws(ProblemDetails) {
        let parts = (request.headers[.contentType] ?? "").split(separator: ";", omittingEmptySubsequences: false)
        let type = parts.first.map { $0.trimming(" \t").lowercased() }
        // Letters of another encoding would be taken for others (RFC 8259, section 8.1).
        let isUTF8 = parts.dropFirst().allSatisfy { parameter in
            let pair = parameter.split(separator: "=", maxSplits: 1).map { $0.trimming(" \t\"").lowercased() }
            return pair.first != "charset" || ["utf-8", "utf8", "us-ascii"].contains(pair.last)
        }
        guard let type, accepted.contains(type), isUTF8 else {
            // What is taken is said in the answer (RFC 9110, section 12.5.1).
            throw ProblemDetails(.mediaTypeUnsupported, headers: [.accept: accepted.joined(separator: ", ")])
        }
    }
}
