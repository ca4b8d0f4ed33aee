import Canonical
import HTTPTypes
import Hummingbird
import NIOCore

/// Takes a request's body off the wire, within limits.
struct BodyReader: Sendable {
    let limits: ServerLimits

    /// A JSON body. Throws `media-type-unsupported`, `body-too-large` and `body-malformed`.
    func json(_ request: Request, _ schema: ObjectSchema, isRequired: Bool) async throws -> CheckedBody {
        let bytes = try await bytes(request, limit: limits.body)
        if bytes.isEmpty, !isRequired { return try CheckedBody(.object(JSONObject()), schema) }
        try checkMediaType(request, ["application/json"])
        let value: JSONValue
        do throws(JSONError) {
            value = try JSONValue(parsing: bytes, limits: JSONLimits(depth: limits.nesting, size: limits.body))
        } catch {
            throw ProblemDetails(.bodyMalformed, errors: [FieldProblem(.pointer(""), .refused("\(error)"))])
        }
        return try CheckedBody(value, schema)
    }

    /// A body of lines. Throws `media-type-unsupported` and `body-too-large`.
    func lines(_ request: Request) async throws -> [UInt8] {
        try checkMediaType(request, ["application/x-ndjson", "application/jsonl"])
        return try await bytes(request, limit: limits.importBody)
    }

    /// The fields of a form. Throws `media-type-unsupported` and `body-too-large`.
    func form(_ request: Request) async throws -> FormFields {
        try checkMediaType(request, ["application/x-www-form-urlencoded"])
        return FormFields(String(decoding: try await bytes(request, limit: limits.body), as: UTF8.self))
    }

    /// A request that should have no body must have none.
    func none(_ request: Request) async throws {
        guard try await bytes(request, limit: limits.body).isEmpty else {
            throw ProblemDetails(.requestInvalid, errors: [FieldProblem(.pointer(""), .unknown)])
        }
    }

    private func bytes(_ request: Request, limit: Int) async throws -> [UInt8] {
        // A length beyond all numbers is one too.
        if let length = request.headers[.contentLength], Int(length).map({ $0 > limit }) ?? true {
            throw ProblemDetails(.bodyTooLarge)
        }
        do {
            return Array(buffer: try await request.body.collect(upTo: limit))
        } catch is NIOTooManyBytesError {
            throw ProblemDetails(.bodyTooLarge)
        }
    }

    private func checkMediaType(_ request: Request, _ accepted: [String]) throws(ProblemDetails) {
        let type = request.headers[.contentType]?.split(separator: ";").first.map { $0.trimming(" \t").lowercased() }
        guard let type, accepted.contains(type) else { throw ProblemDetails(.mediaTypeUnsupported) }
    }
}
