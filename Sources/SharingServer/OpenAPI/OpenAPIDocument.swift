import Canonical
import DeviceSharing
import HTTPTypes

/// The API's description as OpenAPI 3.1 has it, made of the route table.
struct OpenAPIDocument: Sendable {
    let json: JSONValue
    let bytes: [UInt8]

    static let version = "1.0.0"

    init(routes: [Route] = RouteTable.all) {
        var components = JSONObject()
        // What no operation refers to by itself: the lines of an import.
        for schema in [ObjectSchema.importedUser, .importedDevice, .importResult] {
            _ = Schema.object(schema).document(&components)
        }
        var paths = JSONObject()
        for route in routes {
            var operations = paths[route.path]?.objectValue ?? JSONObject()
            operations[route.method.rawValue.lowercased()] = .object(Self.operation(route, &components))
            paths[route.path] = .object(operations)
        }
        json = [
            "openapi": "3.1.0",
            "info": [
                "title": "Device sharing", "version": .string(Self.version),
                "description":
                    "Decides by written policy who may log in with whose security device, and keeps every decision.",
                "license": ["name": "See the distribution"],
            ],
            "servers": [["url": "/"]],
            "tags": .array(Route.Group.allCases.map { ["name": .string($0.rawValue)] }), "paths": .object(paths),
            "components": [
                "schemas": .object(components),
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
        if !route.parameters.isEmpty {
            operation["parameters"] = .array(route.parameters.map { .object(parameter($0, &components)) })
        }
        operation["requestBody"] = requestBody(route.body, &components).map { .object($0) }
        operation["responses"] = .object(responses(route, &components))
        return operation
    }

    private static func parameter(_ parameter: Parameter, _ components: inout JSONObject) -> JSONObject {
        let schema = JSONValue.object(parameter.schema.document(&components))
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
                ("content", ["application/json": ["schema": .object(Schema.object(schema).document(&components))]]),
            ])
        case .lines:
            return .of([
                ("required", true),
                (
                    "content",
                    [
                        DirectoryImport.mediaType: [
                            "schema": ["type": "string", "description": "One JSON object a line."]
                        ]
                    ]
                ),
            ])
        }
    }

    private static func responses(_ route: Route, _ components: inout JSONObject) -> JSONObject {
        var responses = JSONObject()
        for success in route.successes {
            var response = JSONObject.of([("description", .string(success.description))])
            switch success.content {
            case .none: break
            case .json(let schema):
                response["content"] = ["application/json": ["schema": .object(schema.document(&components))]]
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
                                    "schema": .object(header.schema.document(&components)),
                                ]
                            )
                        }))
            }
            responses[String(success.status.code)] = .object(response)
        }
        let problem = JSONValue.object(Schema.object(.problem).document(&components))
        for (status, codes) in route.problems.sorted(by: { $0.key < $1.key }) {
            let names = codes.map(\.rawValue).joined(separator: ", ")
            var response =
                responses[String(status)]?.objectValue ?? .of([("description", .string("Problem: \(names)."))])
            var content = response["content"]?.objectValue ?? JSONObject()
            content[ProblemDetails.mediaType] = ["schema": problem]
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
            .messageMalformed, .headTooLarge, .requestInvalid, .requestTimedOut, .internalFailure,
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
        if isRateLimited || takesInput { problems.append(.tooManyRequests) }
        switch body {
        case .none: break
        case .json, .lines: problems += [.bodyMalformed, .bodyTooLarge, .mediaTypeUnsupported]
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
