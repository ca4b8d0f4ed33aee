import Canonical
import DeviceSharing
import HTTPEdge
import HTTPTypes

/// Signing in and out.
enum SignInPages {
    static let all = [signIn, choose, start, finish, signOut]

    static let path = "/console/sign-in"

    private static let signIn = ConsoleRoute(method: .get, path: path, access: .open) { call in
        let destination = ConsoleRouteTable.localPage(call.query.text("to"))
        let isExpired = JSONValue.bool(call.query.text("expired") != nil)
        switch call.console.configuration.signIn {
        case .samples(let people):
            return try call.page(
                "sign-in-samples", title: call.say("sign-in.title"),
                [
                    "isExpired": isExpired, "to": .string(destination),
                    "people": .array(
                        people.map { person in
                            [
                                "name": .string(person.name),
                                "roles": JSONValue(person.roles.map { call.say("role.\($0.rawValue)") }.sorted()),
                            ]
                        }),
                ])
        case .provider:
            return try call.page(
                "sign-in", title: call.say("sign-in.title"),
                ["isExpired": isExpired, "start": .string(FormFields.address(path + "/start", [("to", destination)]))])
        }
    }

    /// To the provider. A link rather than a form: forms of these pages lead nowhere else.
    private static let start = ConsoleRoute(method: .get, path: path + "/start", access: .open) { call in
        guard let provider = call.console.provider else { throw ProblemDetails(.routeNotFound) }
        let (pending, cookie) = try call.console.pendingSignIns.begin(
            to: ConsoleRouteTable.localPage(call.query.text("to")))
        var answer = ConsoleAnswer.redirection(to: try await provider.authorizationAddress(for: pending))
        answer.cookies.append(cookie)
        return answer
    }

    /// Back from the provider (OpenID Connect Core, section 3.1.2.5).
    private static let finish = ConsoleRoute(
        method: .get, path: ConsoleConfiguration.returnPath, access: .open
    ) { call in
        guard let provider = call.console.provider else { throw ProblemDetails(.routeNotFound) }
        // Whatever comes of it, it is over: nobody comes back twice.
        let forgotten = call.console.pendingSignIns.forgotten
        guard let pending = call.pendingSignIn, let state = call.query.text("state"), Secret.isEqual(state, pending.state),
            let code = call.query.text("code"), call.query.text("error") == nil
        else {
            if let error = call.query.text("error") {
                call.logger.warning("the provider refused a sign-in", metadata: ["error": "\(error.prefix(64))"])
            }
            throw ProblemDetails(.signInFailed, headers: [.setCookie: forgotten])
        }
        var principal: Principal
        do {
            principal = try await provider.principal(code: code, for: pending)
        } catch var problem as ProblemDetails {
            problem.headers[.setCookie] = forgotten
            throw problem
        }
        // The session has a time of its own.
        principal.expiresAt = call.console.sessions.latestEnd
        var answer = ConsoleAnswer.redirection(to: pending.destination)
        answer.cookies.append(forgotten)
        answer.session = .begun(call.console.sessions.begin(principal))
        return answer
    }

    /// As one of the sample people.
    private static let choose = ConsoleRoute(method: .post, path: path, access: .open) { call in
        guard case .samples(let people) = call.console.configuration.signIn,
            let person = people.first(where: { $0.name == call.form.text("person") })
        else { throw ProblemDetails(.routeNotFound) }
        let sessions = call.console.sessions
        var answer = ConsoleAnswer.redirection(to: ConsoleRouteTable.localPage(call.form.text("to")))
        answer.session = .begun(
            sessions.begin(
                Principal(
                    subject: person.name, roles: person.roles, ledger: call.backend.tenancy.ledger, entity: person.entity,
                    expiresAt: sessions.latestEnd)))
        return answer
    }

    private static let signOut = ConsoleRoute(method: .post, path: "/console/sign-out", access: .open) { call in
        var answer = ConsoleAnswer.redirection(to: path)
        answer.session = .ended
        return answer
    }
}
