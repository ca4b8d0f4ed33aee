import Canonical
import DeviceSharing
import HTTPEdge
import HTTPTypes

/// The API's description as OpenAPI 3.1 has it, made of its routes.
struct OpenAPIDocument: Sendable {
    let json: JSONValue
    let bytes: [UInt8]

    static let version = "1.0.0"

    init(routes: [Route]) {
        var components = JSONObject()
        var paths = JSONObject()
        for route in routes {
            var operations = paths[route.path]?.objectValue ?? JSONObject()
            operations[route.method.rawValue.lowercased()] = .object(Self.operation(route, &components))
            paths[route.path] = .object(operations)
        }
        let messages = WebhookDocument.messages(&components)
        json = [
            "openapi": "3.1.0",
            "info": [
                "title": "Device sharing", "version": .string(Self.version),
                "description":
                    "Decides by written policy who may log in with whose security device, and keeps every decision.",
                // Of names and addresses OpenAPI 3.1 wants one; generators want the name, as SPDX has it.
                "license": ["name": "See the distribution", "identifier": "LicenseRef-device-sharing"],
            ],
            "servers": [["url": "/"]],
            "tags": .array((Route.Group.allCases.map(\.rawValue) + [WebhookDocument.tag]).map { ["name": .string($0)] }),
            "paths": .object(paths),
            "webhooks": .object(WebhookDocument.references(to: messages)),
            "components": [
                "schemas": .object(components), "pathItems": .object(messages),
                "examples": ["Problem": ["summary": "A request that is not valid.", "value": ServiceExamples.problem]],
                "securitySchemes": [
                    "bearer": [
                        "type": "http", "scheme": "bearer", "bearerFormat": "JWT",
                        "description": "An OAuth 2 access token (RFC 9068). Its roles decide what it may do.",
                    ]
                ],
            ],
        ]
        bytes = json.canonicalBytes()
    }

    private static func operation(_ route: Route, _ components: inout JSONObject) -> JSONObject {
        var description = route.description
        if !route.roles.isEmpty {
            let roles = route.roles.map(\.rawValue).joined(separator: ", ")
            description += (description.isEmpty ? "" : "\n\n") + "Roles: \(roles)."
        }
        var operation = JSONObject.of([
            ("operationId", .string(route.name)), ("tags", [.string(route.group.rawValue)]),
            ("summary", .string(route.summary)),
            ("description", description.isEmpty ? nil : .string(description)),
            ("security", route.roles.isEmpty ? [] : [["bearer": []]]),
            ("x-roles", .array(route.roles.map { .string($0.rawValue) })),
        ])
        // Of a header of this name OpenAPI says that it is passed over (3.1, section 4.8.12.1): the answer's media types tell.
        let parameters = route.parameters.filter { $0.isDocumented && ($0.place != .header || $0.name != "Accept") }
        if !parameters.isEmpty {
            operation["parameters"] = .array(parameters.map { .object(parameter($0, &components)) })
        }
        operation["requestBody"] = requestBody(route.body, &components).map { .object($0) }
        operation["responses"] = .object(responses(route, &components))
        return operation
    }

    private static func parameter(_ parameter: Parameter, _ components: inout JSONObject) -> JSONObject {
        let schema = JSONValue.object(parameter.schema.document(for: .request, &components))
        return .of([
            ("name", .string(parameter.name)), ("in", .string(parameter.place.rawValue)),
            ("required", parameter.isRequired ? true : nil), ("description", .string(parameter.description)),
            ("schema", parameter.isList ? ["type": "array", "items": schema] : schema),
            ("style", parameter.isList ? .string(parameter.place.listStyle) : nil),
            ("explode", parameter.isList && parameter.place == .query ? true : nil),
        ])
    }

    private static func requestBody(_ body: Route.RequestBody, _ components: inout JSONObject) -> JSONObject? {
        switch body {
        case .none: return nil
        case .json(let schema, let isRequired):
            return .of([
                ("required", .bool(isRequired)),
                ("content", ["application/json": content(.object(schema), for: .request, &components)]),
            ])
        case .lines(let line):
            return .of([
                ("required", true),
                ("description", "Lines, each of this shape."),
                ("content", [Answer.linesMediaType: content(.tagged(line), for: .request, &components)]),
            ])
        }
    }

    /// A body: its shape and an example. Of lines it is the shape of each (RFC 8259, one value a line).
    private static func content(_ schema: Schema, for use: SchemaUse, _ components: inout JSONObject) -> JSONValue {
        .members(["schema": .object(schema.document(for: use, &components)), "example": Examples.of(schema)])
    }

    private static func responses(_ route: Route, _ components: inout JSONObject) -> JSONObject {
        var responses = JSONObject()
        for success in route.successes {
            var response = JSONObject.of([("description", .string(success.description))])
            switch success.content {
            case .none: break
            case .json(let schema):
                response["content"] = ["application/json": content(schema, for: .answer, &components)]
            case .lines(let line):
                response["content"] = [Answer.linesMediaType: content(.object(line), for: .answer, &components)]
            case .jsonOrPage(let schema):
                response["content"] = [
                    "application/json": content(schema, for: .answer, &components),
                    "text/html": ["schema": ["type": "string"]],
                ]
            case .bytes: response["content"] = ["application/octet-stream": JSONValue.object(JSONObject())]
            case .text(let types):
                response["content"] = .object(.of(types.map { ($0, ["schema": ["type": "string"]] as JSONValue) }))
            }
            let headers = success.headers + (route.isRateLimited ? Parameter.quota : [])
            if !headers.isEmpty {
                response["headers"] = .object(
                    .of(
                        headers.map { header in
                            (
                                header.name,
                                [
                                    "description": .string(header.description),
                                    "schema": .object(header.schema.document(for: .answer, &components)),
                                ]
                            )
                        }))
            }
            responses[String(success.status.code)] = .object(response)
        }
        let problem = JSONValue.object(Schema.object(.problem).document(for: .answer, &components))
        for (status, codes) in route.problems.sorted(by: { $0.key < $1.key }) {
            let names = codes.map(\.rawValue).joined(separator: ", ")
            var response =
                responses[String(status)]?.objectValue ?? .of([("description", .string("Problem: \(names)."))])
            var content = response["content"]?.objectValue ?? JSONObject()
            content[ProblemDetails.mediaType] = [
                "schema": problem, "examples": ["problem": ["$ref": "#/components/examples/Problem"]],
            ]
            response["content"] = .object(content)
            responses[String(status)] = .object(response)
        }
        return responses
    }
}

extension Parameter.Place {
    /// How a list is written (OpenAPI 3.1, section 4.8.12.3): in a query as many pairs, elsewhere with commas.
    fileprivate var listStyle: String {
        switch self {
        case .query: "form"
        case .path, .header: "simple"
        }
    }
}

extension Route {
    /// What it can answer with where not all goes well, by status.
    var problems: [Int: [ProblemDetails.Code]] {
        var problems: [ServiceProblem] = [
            .messageMalformed, .headTooLarge, .requestInvalid, .requestTimedOut, .serverTimedOut, .internalFailure,
        ]
        problems += ownProblems
        if case .roles = access {
            problems += [
                .tokenMissing, .tokenInvalid, .tokenExpired, .tokenTooLarge, .tokenKeysUnavailable, .roleNotPermitted,
                .ledgerNotPermitted, .overloaded,
                .stopped, .databaseUnavailable, .clockBehind, .clockAhead,
            ]
        }
        // A body is limited in any case.
        if isRateLimited || takesBody { problems.append(.tooManyRequests) }
        switch body {
        case .none: break
        case .json, .lines: problems += [.bodyMalformed, .bodyTooLarge, .mediaTypeUnsupported, .contentCodingUnsupported]
        }
        if parameters.contains(where: { $0.name == Parameter.ifMatch.name }) { problems.append(.preconditionFailed) }
        if refusals.contains(where: { [.requestNotFound, .sharingNotFound, .idempotencyKeyReused].contains($0) }) {
            problems.append(.dataInArchive)
        }
        if method != .get { problems += [.outcomeUnknown, .diskFull, .noActivePolicy] }
        let codes =
            problems.map { ($0.status.code, ProblemDetails.Code.service($0)) }
            + refusals.map { ($0.status.code, ProblemDetails.Code.sharing($0)) }
        return Dictionary(grouping: codes, by: \.0).mapValues { $0.map(\.1) }
    }
}
