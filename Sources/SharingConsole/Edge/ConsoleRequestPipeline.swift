import DeviceSharing
import EligibilityPolicy
import HTTPEdge
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import ServiceLifecycle
import SharingEngine

/// Takes each request of the console from the wire to its page and back, in this order: session, rate, sign-out, role, form, slot, page.
/// Whatever is thrown on the way becomes a page that says so.
package struct ConsoleRequestPipeline: Sendable {
    private let console: Console
    private let backend: ServerDependencies
    private let admission: Admission
    private let security: SecurityHeaders

    /// Throws `messages-invalid`, `ConsoleFileError` for a template that cannot be used, and the file system's errors.
    package init(
        _ configuration: ConsoleConfiguration, backend: ServerDependencies, admission: Admission, security: SecurityHeaders,
        logger: Logger
    ) throws {
        console = try Console(configuration, limits: backend.limits, logger: logger)
        self.backend = backend
        self.admission = admission
        self.security = security
    }

    /// What runs beside the console for as long as it is served.
    package var companions: [any Service] { [console.backtests] }

    /// Has the router bring the requests to every page here.
    package func add(to router: Router<EdgeContext>) {
        for route in ConsoleRouteTable.all {
            router.on(RouterPath(route.path), method: route.method) { request, context in
                await respond(to: request, context, route: route)
            }
        }
    }

    /// Whether an address is one of the console's, also where nothing is at it.
    package func isResponsible(for path: String) -> Bool { ConsoleRouteTable.contains(path) }

    /// The answer where no page is at an address of the console's.
    package func refuse(_ request: Request, _ context: EdgeContext) async -> Response {
        await respond(to: request, context, route: nil)
    }

    private var limits: ServerLimits { backend.limits }

    private func respond(to request: Request, _ context: EdgeContext, route: ConsoleRoute?) async -> Response {
        await admission.record.keep(of: request, context, endpoint: route) { id, logger in
            let found = console.sessions.session(in: request.headers)
            var visit = Visit(
                request: request, context: context, route: route, found: found,
                // A visitor gets a session too: the forms of the sign-in page are as well kept as the others.
                session: found.session ?? console.sessions.begin(nil), id: id, logger: logger)
            var response: Response
            do {
                try admission.rates.admit(visit.caller)
                // Only who has signed in can have signed out.
                if route?.dependsOnSession != false, let session = found.session, session.principal != nil,
                    try await backend.engine.isSignedOut(session.id)
                {
                    visit.found = .none
                    visit.session = console.sessions.begin(nil)
                }
                let visit = visit
                let answer = try await RequestSpan.run(request, route) { () async throws -> ConsoleAnswer in
                    try await self.answer(visit)
                }
                response = try await self.response(answer, visit)
            } catch {
                response = await self.response(error, visit)
            }
            security.add(to: &response.headers)
            return response
        }
    }

    /// A request with what is known of its sender.
    private struct Visit {
        let request: Request
        let context: EdgeContext
        let route: ConsoleRoute?
        var found: SessionKeeper.Found
        var session: ConsoleSession
        let id: String
        let logger: Logger

        /// Whose rate, and whose share of slots, streams and room for forms, the request counts to.
        var caller: String { session.principal.map { "console " + $0.subject } ?? context.peer }
    }

    // MARK: The way in

    private func answer(_ visit: Visit) async throws -> ConsoleAnswer {
        guard let route = visit.route else { throw ProblemDetails(.routeNotFound) }
        guard !FormFields(visit.request.uri.query ?? "").haveZero else { throw ProblemDetails(.requestInvalid) }
        var role: DeviceSharing.Role?
        if case .roles = route.access {
            guard let principal = visit.session.principal else { return try signIn(visit, route) }
            role = try route.access.role(of: principal, in: backend.tenancy)
        }
        let acting = role
        return try await admission.timeouts.limit(to: limits.requestTime) { [acting] received in
            let form = try await self.form(visit, route)
            received()
            // Taken now that the form is here.
            let slot = try admission.slots.take(for: visit.caller)
            defer { slot.giveBack() }
            return try await route.handler(self.call(visit, role: acting, form: form))
        }
    }

    /// A page is come back to after the sign-in; a form cannot be.
    private func signIn(_ visit: Visit, _ route: ConsoleRoute) throws -> ConsoleAnswer {
        guard route.method == .get, !route.isBackground, !route.isStream else { throw ProblemDetails(.sessionMissing) }
        let isExpired = if case .expired = visit.found { true } else { false }
        return .redirection(
            to: FormFields.address(
                SignInPages.path,
                [("to", ConsoleRouteTable.localPage(visit.request.uri.string)), ("expired", isExpired ? "yes" : nil)]))
    }

    private func form(_ visit: Visit, _ route: ConsoleRoute) async throws -> FormFields {
        guard route.method == .post else { return .empty }
        let reader = BodyReader(
            limits: limits, receptions: admission.receptions, timeouts: admission.timeouts, caller: visit.caller)
        let form = try await reader.form(visit.request)
        guard !form.haveZero else { throw ProblemDetails(.requestInvalid) }
        try FormCheck.check(
            visit.request.headers, authority: visit.request.head.authority, form: form, session: visit.found.session)
        return form
    }

    private func call(_ visit: Visit, role: DeviceSharing.Role?, form: FormFields) -> ConsoleCall {
        var path: [String: String] = [:]
        for (name, value) in visit.context.parameters { path[String(name)] = QueryString.decoded(value) }
        let headers = visit.request.headers
        return ConsoleCall(
            console: console, backend: backend, route: visit.route, address: address(visit), session: visit.session,
            role: role, caller: visit.caller, path: path, query: FormFields(visit.request.uri.query ?? ""), form: form,
            reader: console.preferences.reader(headers), pendingSignIn: console.pendingSignIns.pending(in: headers),
            notice: console.notices.notice(in: headers), lastEventID: Self.lastEventID(headers), requestID: visit.id,
            traceParent: RequestSpan.parent(of: headers), logger: visit.logger)
    }

    /// The page that the answer is shown on: behind a form it is the one that the form was on, where the browser says so.
    private func address(_ visit: Visit) -> String {
        guard visit.route?.method == .post else { return visit.request.uri.string }
        guard let referrer = visit.request.headers[.referer], let authority = visit.request.head.authority,
            let place = referrer.firstRange(of: "://" + authority)
        else { return ConsoleRouteTable.home }
        return ConsoleRouteTable.localPage(String(referrer[place.upperBound...]))
    }

    private static func lastEventID(_ headers: HTTPFields) -> String? { HTTPField.Name("Last-Event-ID").flatMap { headers[$0] } }

    // MARK: The way out

    private func response(_ error: any Error, _ visit: Visit) async -> Response {
        let problem = ProblemDetails(error, logging: "a page failed", to: visit.logger)
        do {
            return try await response(ErrorPage.answer(problem, call(visit, role: nil, form: .empty)), visit)
        } catch {
            visit.logger.error("the error page failed", metadata: ["error": "\(error)"])
            return Response(status: problem.status, headers: problem.headers)
        }
    }

    private func response(_ answer: ConsoleAnswer, _ visit: Visit) async throws -> Response {
        var headers = answer.headers
        for cookie in answer.cookies + [try await sessionCookie(answer, visit)].compactMap({ $0 }) {
            headers.append(HTTPField(name: .setCookie, value: cookie))
        }
        switch answer.content {
        case .none: return Response(status: answer.status, headers: headers)
        case .page(let text):
            headers[.contentType] = HTMLPage.mediaType
            headers[.contentLanguage] = console.preferences.reader(visit.request.headers).language.rawValue
            return Response(status: answer.status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
        case .stream(let stream):
            EventStream.describe(&headers)
            return Response(status: answer.status, headers: headers, body: ResponseBody(asyncSequence: stream))
        case .file(let asset):
            headers[.contentType] = asset.mediaType
            return Response(
                status: answer.status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: asset.bytes)))
        case .redirection(let address):
            headers[.location] = address
            return Response(status: answer.status, headers: headers)
        }
    }

    private func sessionCookie(_ answer: ConsoleAnswer, _ visit: Visit) async throws -> String? {
        switch answer.session {
        case .begun(let session): return try console.sessions.cookie(session)
        case .ended: return try await console.sessions.end(visit.session, backend.engine)
        case .kept:
            guard visit.found.session != nil else {
                // Only pages have forms.
                guard case .page = answer.content else { return nil }
                return try console.sessions.cookie(visit.session)
            }
            guard visit.route?.isBackground != true, visit.route?.isStream != true else { return nil }
            return try console.sessions.renewed(visit.session).map(console.sessions.cookie)
        }
    }
}

extension SessionKeeper.Found {
    fileprivate var session: ConsoleSession? {
        if case .live(let session) = self { session } else { nil }
    }
}
