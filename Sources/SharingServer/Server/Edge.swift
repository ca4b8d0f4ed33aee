import DeviceSharing
import EligibilityPolicy
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import NIOHTTP1
import SharingEngine

/// Takes each request from the wire to its operation and the answer back, in this order: room, token, role, rate, shape,
/// operation. Whatever is thrown on the way becomes problem details.
struct Edge: Sendable {
    let backend: Backend
    let authenticator: Authenticator
    let inFlight: RequestCount
    let rates: RateLimiter
    let deadlines: Deadlines
    let security: SecurityHeaders
    let record: RequestRecord

    private var limits: ServerLimits { backend.configuration.limits }

    func respond(to request: Request, _ context: EdgeContext, route: Route?) async -> Response {
        await record.keep(of: request, context, endpoint: route) { id, logger in
            var response: Response
            do {
                let answer = try await RequestSpan.run(request, route) { () async throws -> Answer in
                    try await self.answer(to: request, context, route: route, id: id, logger: logger)
                }
                response = Self.response(answer)
            } catch {
                let (head, bytes) = document(
                    problem(error, logger: logger), language: Language(acceptLanguage: request.headers[.acceptLanguage]), id: id)
                response = Response(status: head.status, headers: head.fields, body: ResponseBody(byteBuffer: bytes))
            }
            security.add(to: &response.headers)
            return response
        }
    }

    /// The answer to what is no HTTP, or has more of a head than is read. Nothing else is known of such a request.
    func refusal(of error: HTTPParserError, peer: String) -> (head: HTTPResponse, body: ByteBuffer) {
        let entry = record.open(RequestID.new())
        let (head, bytes) = document(
            ProblemDetails(error, limits: limits), language: Language(acceptLanguage: nil), id: entry.id)
        var fields = head.fields
        fields[.contentLength] = String(bytes.readableBytes)
        security.add(to: &fields)
        record.close(entry, head.status, &fields, method: "unknown", nil, peer: peer)
        return (HTTPResponse(status: head.status, headerFields: fields), bytes)
    }

    // MARK: The way in

    private func answer(
        to request: Request, _ context: EdgeContext, route: Route?, id: String, logger: Logger
    ) async throws -> Answer {
        guard let route else { throw unrouted(request) }
        if case .open = route.access {
            try rates.admit(context.peer)
            return try await call(route, request, context, principal: nil, role: nil, id: id, logger: logger)
        }
        guard inFlight.enter() else { throw ProblemDetails(.overloaded) }
        defer { inFlight.leave() }
        let principal: Principal
        do {
            principal = try await authenticator.principal(authorization: request.headers[.authorization], logger: logger)
        } catch {
            // Whoever tries tokens out is held up by address.
            try rates.admit(context.peer)
            throw error
        }
        try rates.admit("token " + principal.subject)
        let role = try route.access.role(of: principal, in: backend.configuration.tenancy)
        return try await call(route, request, context, principal: principal, role: role, id: id, logger: logger)
    }

    private func call(
        _ route: Route, _ request: Request, _ context: EdgeContext, principal: Principal?, role: DeviceSharing.Role?,
        id: String,
        logger: Logger
    ) async throws -> Answer {
        let time: Duration = if case .lines = route.body { limits.importTime } else { limits.requestTime }
        let parameters = try CheckedParameters(
            path: route.values(in: context.parameters), query: request.uri.query, headers: request.headers, route: route)
        let language = Language(acceptLanguage: request.headers[.acceptLanguage])
        return try await deadlines.limit(to: time) {
            let (body, lines) = try await read(request, route.body)
            return try await route.handler(
                Call(
                    backend: backend, principal: principal, role: role, parameters: parameters, body: body, lines: lines,
                    language: language, requestID: id, traceParent: RequestSpan.parent(of: request.headers), logger: logger))
        }
    }

    private func read(_ request: Request, _ body: Route.RequestBody) async throws -> (CheckedBody, [UInt8]) {
        let reader = BodyReader(limits: limits)
        switch body {
        case .none:
            try await reader.none(request)
            return (.empty, [])
        case .json(let schema, let isRequired):
            return (try await reader.json(request, schema, isRequired: isRequired), [])
        case .lines: return (.empty, try await reader.lines(request))
        }
    }

    private func unrouted(_ request: Request) -> ProblemDetails {
        let methods = RouteTable.methods(at: request.uri.path)
        guard !methods.isEmpty else { return ProblemDetails(.routeNotFound) }
        return ProblemDetails(.methodNotAllowed, headers: [.allow: methods.map(\.rawValue).joined(separator: ", ")])
    }

    // MARK: The way out

    private func problem(_ error: any Error, logger: Logger) -> ProblemDetails {
        var problem = ProblemDetails(error, logging: "a request failed", to: logger)
        switch problem.code {
        case .service(.tokenMissing): problem.headers[.wwwAuthenticate] = "Bearer realm=\"devshare\""
        case .service(.tokenInvalid), .service(.tokenExpired), .service(.tokenTooLarge):
            problem.headers[.wwwAuthenticate] = "Bearer realm=\"devshare\", error=\"invalid_token\""
        case .service(.roleNotPermitted), .service(.ledgerNotPermitted):
            problem.headers[.wwwAuthenticate] = "Bearer realm=\"devshare\", error=\"insufficient_scope\""
        default: break
        }
        return problem
    }

    private func document(
        _ problem: ProblemDetails, language: Language, id: String
    ) -> (head: (status: HTTPResponse.Status, fields: HTTPFields), bytes: ByteBuffer) {
        let words = Words(
            language: language, messages: backend.messages,
            catalog: backend.engine.activePolicy?.catalog ?? DeviceCatalog([]))
        var headers = problem.headers
        headers[.contentType] = ProblemDetails.mediaType
        headers[.contentLanguage] = language.rawValue
        return ((problem.status, headers), ByteBuffer(bytes: problem.json(words, request: id).canonicalBytes()))
    }

    private static func response(_ answer: Answer) -> Response {
        var headers = answer.headers
        switch answer.content {
        case .none: return Response(status: answer.status, headers: headers)
        case .json(let value):
            headers[.contentType] = "application/json"
            return Response(
                status: answer.status, headers: headers,
                body: ResponseBody(byteBuffer: ByteBuffer(bytes: value.canonicalBytes())))
        case .text(let text, let type):
            headers[.contentType] = type
            return Response(
                status: answer.status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
        case .bytes(let bytes):
            headers[.contentType] = "application/octet-stream"
            return Response(
                status: answer.status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
        case .stream(let stream):
            headers[.contentType] = EventStream.mediaType
            return Response(status: answer.status, headers: headers, body: ResponseBody(asyncSequence: stream))
        }
    }
}
