import Canonical
import HTTPEdge
import HTTPTypes

/// The API's own description, and what the error codes mean.
enum DocumentRoutes {
    static let all = [openAPI, documentation, style, problems, problem]

    private static let openAPI = Route(
        method: .get, path: "/openapi.json", name: "getOpenAPI", group: .operation, access: .open,
        summary: "This description, as OpenAPI 3.1.",
        successes: [Route.Success(status: .ok, description: "The document.", content: .json(.anyObject))]
    ) { call in .json(call.services.openAPI) }

    private static let documentation = page("/docs", "getDocumentation", "This description, to read.") { _ in
        DocumentationPage.page(routes: RouteTable.all)
    }

    private static let style = Route(
        method: .get, path: "/docs/style.css", name: "getStyle", group: .operation, access: .open,
        summary: "The style of the pages.",
        successes: [Route.Success(status: .ok, description: "The style sheet.", content: .text(mediaType: "text/css"))]
    ) { _ in Answer(content: .text(HTMLPage.style, mediaType: "text/css; charset=utf-8")) }

    private static let problems = catalogue("/problems", "listProblems", "Every error code.", .problemList) { call in
        (page: ProblemPage.list(call.words), json: ProblemCatalogue.list(call.words))
    }

    private static let code = Parameter.path("code", .printable(1...64), "An error code.")

    private static let problem = catalogue(
        "/problems/{code}", "getProblem", "What an error code means and what to do.", .problemEntry, parameters: [code],
        problems: [.problemNotFound]
    ) { call in
        guard let code = ProblemDetails.Code.all.first(where: { $0.rawValue == call.parameters.text(code.name) }) else {
            throw ProblemDetails(.problemNotFound)
        }
        return (page: ProblemPage.page(code, call.words), json: ProblemCatalogue.entry(code, call.words))
    }

    private static let accept = Parameter.header(
        "Accept", .string(.printable(0...1_000)), isFieldList: true, "application/json for JSON; a page otherwise.")

    /// What people read as a page, and programs as JSON.
    private static func catalogue(
        _ path: String, _ name: String, _ summary: String, _ schema: ObjectSchema, parameters: [Parameter] = [],
        problems: [ServiceProblem] = [],
        _ make: @Sendable @escaping (Call) throws -> (page: HTMLPage, json: JSONValue)
    ) -> Route {
        Route(
            method: .get, path: path, name: name, group: .operation, access: .open, summary: summary,
            description:
                "A page, or JSON for who prefers it by Accept: with the texts in the language of Accept-Language, and in all others.",
            parameters: parameters + [accept],
            successes: [
                Route.Success(status: .ok, description: "A page, or JSON.", content: .jsonOrPage(.object(schema)))
            ], ownProblems: problems
        ) { call in
            let (page, json) = try make(call)
            let types = ["text/html", "application/json"]
            let isJSON = MediaTypePreference.best(of: types, accept: call.parameters.text(accept.name)) == types[1]
            let headers: HTTPFields = [.contentLanguage: call.language.rawValue, .vary: "Accept, Accept-Language"]
            return Answer(headers: headers, content: isJSON ? .json(json) : .text(page.text, mediaType: HTMLPage.mediaType))
        }
    }

    private static func page(
        _ path: String, _ name: String, _ summary: String, parameters: [Parameter] = [],
        problems: [ServiceProblem] = [],
        _ make: @Sendable @escaping (Call) throws -> HTMLPage
    ) -> Route {
        Route(
            method: .get, path: path, name: name, group: .operation, access: .open, summary: summary,
            parameters: parameters,
            successes: [Route.Success(status: .ok, description: "A page.", content: .text(mediaType: "text/html"))],
            ownProblems: problems
        ) { call in Answer(content: .text(try make(call).text, mediaType: HTMLPage.mediaType)) }
    }
}
