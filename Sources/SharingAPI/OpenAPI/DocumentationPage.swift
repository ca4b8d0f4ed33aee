import DeviceSharing
import HTTPEdge
import HTTPTypes

/// The API as a page to read, made of the same routes as the OpenAPI document.
enum DocumentationPage {
    static func page(routes: [Route]) -> HTMLPage {
        var html = """
            <h1>Device sharing: the API</h1>
            <p>Version \(OpenAPIDocument.version). As a document for programs: <a href="/openapi.json">/openapi.json</a>. \
            Every error code: <a href="/problems">/problems</a>.</p>
            <p>Requests carry an OAuth 2 access token, <code>Authorization: Bearer …</code>; its roles decide what it may do. \
            Bodies are JSON. Errors are problem details (RFC 9457) in the language of <code>Accept-Language</code>: en, zh-Hant \
            or zh-Hans. Under an <code>Idempotency-Key</code> a request is carried out once and answered each time.</p>

            """
        for group in Route.Group.allCases {
            let routes = routes.filter { $0.group == group }
            guard !routes.isEmpty else { continue }
            html += "<h2>\(group.rawValue)</h2>\n" + routes.map(section).joined()
        }
        return HTMLPage(title: "Device sharing: the API", language: "en", body: html)
    }

    private static func section(_ route: Route) -> String {
        let roles =
            route.roles.isEmpty ? "Anybody." : "Roles: " + route.roles.map(\.rawValue).joined(separator: ", ") + "."
        var html = """
            <h3 id="\(route.name)"><span class="method">\(route.method.rawValue)</span> <code>\(route.path.htmlEscaped)</code></h3>
            <p>\(route.summary.htmlEscaped) \(route.description.htmlEscaped) <span class="roles">\(roles)</span></p>

            """
        html += table(
            route.parameters.filter(\.isDocumented).map {
                ($0.name, $0.place.rawValue + ($0.isRequired ? ", required" : ""), $0.description)
            })
        switch route.body {
        case .none: break
        case .json(let schema, _): html += "<p>Body:</p>\n" + members(schema)
        case .lines(let line):
            for alternative in line.alternatives {
                html += "<p>A line of the body, with <code>\(line.tag)</code> \(alternative.value.htmlEscaped):</p>\n"
                html += members(alternative.schema)
            }
        }
        for success in route.successes {
            html += "<p><code>\(success.status.code)</code> \(success.description.htmlEscaped)</p>\n"
            switch success.content {
            case .json(.object(let schema)), .jsonOrPage(.object(let schema)), .lines(let schema): html += members(schema)
            case .none, .json, .jsonOrPage, .text, .bytes: break
            }
        }
        let refusals = route.refusals.map { "<a href=\"/problems/\($0.rawValue)\"><code>\($0.rawValue)</code></a>" }
        if !refusals.isEmpty { html += "<p>Refusals: \(refusals.joined(separator: ", ")).</p>\n" }
        return html
    }

    private static func members(_ schema: ObjectSchema) -> String {
        table(schema.members.map { ($0.name, kind($0.schema) + ($0.isRequired ? ", required" : ""), $0.description) })
    }

    private static func kind(_ schema: Schema) -> String {
        switch schema {
        case .array(let element, _): "array of \(kind(element))"
        case .object(let object): object.name ?? "object"
        case .tagged(let tagged): tagged.name
        default: schema.noun.rawValue
        }
    }

    private static func table(_ rows: [(String, String, String)]) -> String {
        guard !rows.isEmpty else { return "" }
        let lines = rows.map {
            "<tr><td><code>\($0.0.htmlEscaped)</code></td><td>\($0.1.htmlEscaped)</td><td>\($0.2.htmlEscaped)</td></tr>\n"
        }
        return "<table>\n\(lines.joined())</table>\n"
    }
}
