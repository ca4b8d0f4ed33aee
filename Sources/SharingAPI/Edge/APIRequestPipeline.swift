import DeviceSharing
import EligibilityPolicy
import HTTPEdge
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import NIOHTTP1
import OpenMetrics
import SharingAudit
import SharingEngine
import SharingWebhooks

/// Takes each request from the wire to its operation and the answer back, in this order: token, rate, role, shape, body, slot,
/// operation. Whatever is thrown on the way becomes problem details.
package struct APIRequestPipeline: Sendable {
    private let backend: ServerDependencies
    private let services: APIServices
    private let authenticator: Authenticator
    private let admission: Admission
    private let security: SecurityHeaders

    /// - Parameters:
    ///   - sealing: what became of the last attempt to sign the log here.
    ///   - metrics: what `/metrics` tells.
    ///   - identityKey: the key under which identity data is fingerprinted; nil where identities cannot be recorded.
    package init(
        backend: ServerDependencies, webhooks: WebhookSubscriptions, sealing: SealingNote, metrics: MetricsRegistry,
        identityKey: FingerprintKey?, authenticator: Authenticator,
        admission: Admission, security: SecurityHeaders
    ) {
        self.backend = backend
        let readiness = Readiness(engine: backend.engine, sealing: sealing)
        services = APIServices(
            webhooks: webhooks, readiness: readiness, identityProbes: IdentityProbes(backend.limits), metrics: metrics,
            operation: OperationMetrics(metrics, readiness: readiness),
            identityKey: identityKey, openAPI: OpenAPIDocument(routes: RouteTable.all).json)
        self.authenticator = authenticator
        self.admission = admission
        self.security = security
    }

    private var limits: ServerLimits { backend.limits }

    /// Has the router bring the requests to every operation here.
    package func add(to router: Router<EdgeContext>) {
        for route in RouteTable.all {
            router.on(route.routerPath, method: route.method) { request, context in
                await respond(to: request, context, route: route)
            }
        }
    }

    /// The answer where no route is for the address, or none for the method at it.
    package func refuse(_ request: Request, _ context: EdgeContext) async -> Response {
        await respond(to: request, context, route: nil)
    }

    private func respond(to request: Request, _ context: EdgeContext, route: Route?) async -> Response {
        await admission.record.keep(of: request, context, endpoint: route) { id, logger in
            var response: Response
            var quota: RateLimiter.Quota?
            let compression = AnswerCompression(acceptEncoding: request.headers[.acceptEncoding])
            do {
                let answer = try await RequestSpan.run(request, route) { () async throws -> Answer in
                    guard let route else { throw unrouted(request) }
                    let caller = try await admit(request, context, to: route, &quota, logger: logger)
                    return try await call(route, request, context, caller, id: id, logger: logger)
                }
                response = Self.response(answer, compression)
            } catch {
                var (head, bytes) = document(
                    problem(error, logger: logger), language: Language(acceptLanguage: request.headers[.acceptLanguage]), id: id)
                let body = compression.body(bytes, &head.fields)
                response = Response(status: head.status, headers: head.fields, body: body)
            }
            if let quota { response.headers.append(contentsOf: quota.headers) }
            // What was taken off the connection to see that the client is there cannot be put back.
            if case .lines? = route?.body { response.headers[.connection] = "close" }
            security.add(to: &response.headers)
            return response
        }
    }

    /// The answer to what is no HTTP, or has more of a head than is read. Nothing else is known of such a request.
    package func refusal(of error: HTTPParserError, peer: String) -> (head: HTTPResponse, body: ByteBuffer) {
        let entry = admission.record.open(RequestID.new())
        let (head, bytes) = document(
            ProblemDetails(error, limits: limits), language: Language(acceptLanguage: nil), id: entry.id)
        var fields = head.fields
        fields[.contentLength] = String(bytes.readableBytes)
        security.add(to: &fields)
        admission.record.close(entry, head.status, &fields, method: "unknown", nil, peer: peer)
        return (HTTPResponse(status: head.status, headerFields: fields), bytes)
    }

    // MARK: The way in

    /// Who was let in, and how.
    private struct Caller {
        var principal: Principal?
        var role: DeviceSharing.Role?
        /// Whose share of slots, streams and room for bodies the request counts to.
        let name: String
    }

    /// - Parameter quota: becomes what the caller has left, where its rate is limited, also where it is not let in after all.
    private func admit(
        _ request: Request, _ context: EdgeContext, to route: Route, _ quota: inout RateLimiter.Quota?, logger: Logger
    ) async throws -> Caller {
        guard case .roles = route.access else {
            if route.isRateLimited { quota = try admission.rates.admit(context.peer) }
            return Caller(name: context.peer)
        }
        let principal: Principal
        do {
            principal = try await authenticator.principal(authorization: request.headers[.authorization], logger: logger)
        } catch {
            // A caller that tries out tokens is held up by its address.
            try admission.rates.admit(context.peer)
            throw error
        }
        let name = "token " + principal.subject
        quota = try admission.rates.admit(name)
        let role = try route.access.role(of: principal, in: backend.tenancy)
        return Caller(principal: principal, role: role, name: name)
    }

    private func call(
        _ route: Route, _ request: Request, _ context: EdgeContext, _ caller: Caller, id: String, logger: Logger
    ) async throws -> Answer {
        let time: Duration = if case .lines = route.body { limits.importTime } else { limits.requestTime }
        let parameters = try CheckedParameters(
            path: route.values(in: context.parameters), query: request.uri.query, headers: request.headers, route: route)
        let call = Call(
            backend: backend, services: services, principal: caller.principal, role: caller.role, caller: caller.name,
            parameters: parameters, language: Language(acceptLanguage: request.headers[.acceptLanguage]), requestID: id,
            traceParent: RequestSpan.parent(of: request.headers), logger: logger)
        let reader = BodyReader(
            limits: limits, receptions: admission.receptions, timeouts: admission.timeouts, caller: caller.name)
        return try await admission.timeouts.limit(to: time) { received in
            switch route.body {
            case .none:
                try await reader.none(request)
                received()
                return try await work(route, call)
            case .json(let schema, let isRequired):
                var call = call
                call.body = try await reader.json(request, schema, isRequired: isRequired)
                received()
                return try await work(route, call)
            case .lines:
                var call = call
                call.lines = try await reader.lines(request)
                received()
                defer { call.lines.giveBack() }
                return try await request.whileClientStays { [call] in try await work(route, call) }
            }
        }
    }

    /// Takes a slot now that the whole request is here. Nobody but a route that anybody may ask goes without.
    private func work(_ route: Route, _ call: Call) async throws -> Answer {
        guard case .roles = route.access else { return try await route.handler(call) }
        let slot = try admission.slots.take(for: call.caller)
        defer { slot.giveBack() }
        return try await route.handler(call)
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

    static func response(_ answer: Answer, _ compression: AnswerCompression) -> Response {
        var headers = answer.headers
        switch answer.content {
        case .none: return Response(status: answer.status, headers: headers)
        case .json(let value):
            headers[.contentType] = "application/json"
            let bytes = ByteBuffer(bytes: value.canonicalBytes())
            let body = answer.isSecret ? ResponseBody(byteBuffer: bytes) : compression.body(bytes, &headers)
            return Response(status: answer.status, headers: headers, body: body)
        case .text(let text, let type):
            headers[.contentType] = type
            let body = compression.body(ByteBuffer(string: text), &headers)
            return Response(status: answer.status, headers: headers, body: body)
        case .bytes(let bytes):
            headers[.contentType] = "application/octet-stream"
            return Response(
                status: answer.status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
        case .lines(let lines):
            headers[.contentType] = Answer.linesMediaType
            let body = compression.body(lines, &headers)
            return Response(status: answer.status, headers: headers, body: body)
        case .stream(let stream):
            EventStream.describe(&headers)
            return Response(status: answer.status, headers: headers, body: ResponseBody(asyncSequence: stream))
        }
    }
}
