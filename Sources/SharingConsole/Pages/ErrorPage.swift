import Canonical
import DeviceSharing
import HTTPEdge

/// What went wrong, on a page in the reader's language.
enum ErrorPage {
    static func answer(_ problem: ProblemDetails, _ call: ConsoleCall) throws -> ConsoleAnswer {
        let text = words(problem, call)
        var answer = try call.page(
            "error", title: text.title,
            .members([
                "status": .string(String(problem.status.code)), "title": .string(text.title), "detail": .string(text.detail),
                "advice": .string(text.advice), "code": .string(problem.code.rawValue), "request": .string(call.requestID),
                "back": .string(call.route?.method == .post ? call.address : ConsoleRouteTable.home),
                "signIn": call.principal == nil ? .string(SignInPages.path) : nil,
            ]))
        answer.status = problem.status
        answer.headers = problem.headers
        return answer
    }

    /// The API's words where they fit: some speak of tokens and documents.
    private static func words(_ problem: ProblemDetails, _ call: ConsoleCall) -> (title: String, detail: String, advice: String) {
        guard case .service(let own) = problem.code, let key = key(own) else {
            return call.words.text(of: problem.code, problem.parameters)
        }
        return (call.say("problem.\(key)-title"), call.say("problem.\(key)-detail"), call.say("problem.\(key)-advice"))
    }

    private static func key(_ problem: ServiceProblem) -> String? {
        switch problem {
        case .roleNotPermitted, .ledgerNotPermitted: "role"
        case .routeNotFound, .methodNotAllowed: "page"
        case .requestInvalid, .bodyMalformed, .mediaTypeUnsupported: "form"
        default: nil
        }
    }
}
