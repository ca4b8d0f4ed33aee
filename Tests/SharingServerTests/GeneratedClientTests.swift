import Canonical
import DeviceSharing
import TestSupport
import Testing

@testable import HTTPEdge
@testable import SharingAPI

/// What the OpenAPI document must be, so that clients made of it read what later versions answer.
@Suite("The document that clients are generated from", .fewAtOnce)
struct GeneratedClientTests {
    private static let document = OpenAPIDocument(routes: RouteTable.all).json
    private static let components = document["components"]?["schemas"]?.objectValue?.members ?? []

    private static var requests: [Schema] {
        RouteTable.all.compactMap { route in
            switch route.body {
            case .none: nil
            case .json(let schema, _): .object(schema)
            case .lines(let line): .tagged(line)
            }
        }
    }

    private static var answers: [Schema] {
        RouteTable.all.flatMap(\.successes).compactMap { success in
            switch success.content {
            case .json(let schema), .jsonOrPage(let schema): schema
            case .lines(let line): .object(line)
            case .none, .text, .bytes: nil
            }
        } + [.object(.problem)]
    }

    private static func names(_ schemas: [Schema], for use: SchemaUse) -> Set<String> {
        var components = JSONObject()
        for schema in schemas { _ = schema.document(for: use, &components) }
        return Set(components.members.map(\.name))
    }

    /// Each value in a document, with the names that lead to it.
    private static func walk(_ value: JSONValue, _ path: [String] = [], _ visit: ([String], JSONValue) -> Void) {
        visit(path, value)
        for (name, member) in value.objectValue?.members ?? [] { walk(member, path + [name], visit) }
        for (index, element) in (value.arrayValue ?? []).enumerated() { walk(element, path + [String(index)], visit) }
    }

    @Test("has no shape that goes both ways, since what is taken is closed and what is sent is open")
    func directions() {
        let both = Self.names(Self.requests, for: .request).intersection(Self.names(Self.answers, for: .answer))
        #expect(both.isEmpty)
    }

    @Test("closes what is taken, and leaves answers and messages open to new members and new values")
    func openAnswers() {
        let taken = Self.names(Self.requests, for: .request)
        for (name, schema) in Self.components {
            Self.walk(schema) { path, value in
                if taken.contains(name) {
                    #expect(path.last != "x-extensible-enum", "\(name) \(path)")
                    if value["properties"] != nil { #expect(value["additionalProperties"] == false, "\(name) \(path)") }
                } else {
                    #expect(path.last != "enum" && path.last != "const", "\(name) \(path)")
                    #expect(value["additionalProperties"] != false, "\(name) \(path)")
                }
            }
        }
        #expect(Self.document["components"]?["schemas"]?["NewWebhook"]?["properties"]?["eventTypes"]?["items"]?["enum"] != nil)
        let state = Self.document["components"]?["schemas"]?["ShareRequest"]?["properties"]?["state"]
        #expect(state?["type"] == "string")
        #expect(state?["x-extensible-enum"]?.arrayValue?.contains("compliance-pending") == true)
        #expect(state?["description"]?.stringValue?.contains("compliance-pending") == true)
    }

    @Test("says of every whole number in how many bits it goes")
    func formats() {
        Self.walk(Self.document) { path, value in
            guard value["type"] == "integer", let highest = value["maximum"]?.integerValue else { return }
            #expect(value["format"] == (highest > Int64(Int32.max) ? "int64" : "int32"), "\(path)")
        }
        let event = Self.document["components"]?["schemas"]?["Event"]?["properties"]
        #expect(event?["position"]?["format"] == "int64")
    }

    @Test("names the licence as OpenAPI 3.1 wants it: by an SPDX expression or an address, not by both")
    func license() {
        let license = Self.document["info"]?["license"]
        #expect(license?["name"]?.stringValue?.isEmpty == false)
        #expect((license?["identifier"] == nil) != (license?["url"] == nil))
    }

    @Test("lets a dry run and a submission each answer with one shape")
    func oneAnswer() {
        for operation in RouteTable.all {
            let shapes = Set(
                operation.successes.compactMap { success -> JSONValue? in
                    guard case .json(let schema) = success.content else { return nil }
                    var components = JSONObject()
                    return .object(schema.document(for: .answer, &components))
                })
            #expect(shapes.count <= 1, "\(operation.name)")
        }
    }

    @Test("has an example of every JSON body, and each is of its shape")
    func examples() {
        for (schema, use) in Self.requests.map({ ($0, "taken") }) + Self.answers.map({ ($0, "sent") }) {
            if case .anyObject = schema { continue }
            guard let example = Examples.of(schema) else {
                Issue.record("no example of \(schema)")
                continue
            }
            let problems = schema.problems(of: example)
            #expect(problems.isEmpty, "\(use): \(example) \(problems)")
        }
        for (name, _) in Examples.all { #expect(Self.components.contains { $0.name == name }, "\(name) is no shape") }
    }

    @Test("types the lines of an import, both those that are sent and those that are answered")
    func importLines() {
        let operation = Self.document["paths"]?["/v1/directory/import"]?["post"]
        let taken = operation?["requestBody"]?["content"]?["application/x-ndjson"]
        #expect(taken?["schema"] == ["$ref": "#/components/schemas/ImportedLine"])
        let line = Self.document["components"]?["schemas"]?["ImportedLine"]
        #expect(line?["discriminator"]?["propertyName"] == "type")
        #expect(line?["oneOf"]?.arrayValue?.count == 5)
        let answered = operation?["responses"]?["200"]?["content"]?["application/x-ndjson"]
        #expect(answered?["schema"] == ["$ref": "#/components/schemas/ImportResult"])
    }

    @Test("takes a consent by its type, and has the type in what generated clients must send")
    func consent() {
        let schemas = Self.document["components"]?["schemas"]
        #expect(
            schemas?["OwnerConsent"]?["discriminator"]
                == ["propertyName": "type", "mapping": ["asserted": "#/components/schemas/AssertedConsent"]])
        #expect(schemas?["AssertedConsent"]?["required"]?.arrayValue?.contains("type") == true)
        #expect(schemas?["AssertedConsent"]?["properties"]?["type"]?["enum"] == ["asserted"])
    }

    // MARK: Webhooks

    /// The path item that the section refers to. Where it has the item itself, openapi-generator takes it for an operation.
    private static func message(_ name: String) -> JSONValue? {
        guard document["webhooks"]?[name] == ["$ref": .string("#/components/pathItems/\(name)")] else { return nil }
        return document["components"]?["pathItems"]?[name]
    }

    private static func problems(in message: JSONValue) -> [FieldProblem] {
        guard let name = message["type"]?.stringValue?.split(separator: ".").last,
            let type = EventType(rawValue: String(name)), var whole = message.objectValue
        else { return [FieldProblem(.pointer("/type"), .unknown)] }
        let data = whole["data"]
        whole["data"] = nil
        return Schema.object(WebhookDocument.message).problems(of: .object(whole))
            + (data.map { Schema.object(EventData.schema(of: type)).problems(of: $0) } ?? [])
    }

    @Test("has a webhook for every type of event, with a message that holds what the log has", arguments: EventType.allCases)
    func messages(type: EventType) {
        let post = Self.message(type.rawValue)?["post"]
        let content = post?["requestBody"]?["content"]?["application/cloudevents+json"]
        #expect(content?["schema"] == ["$ref": .string("#/components/schemas/\(type.typeName)Message")])
        #expect(content?["examples"]?["1"]?["value"] != nil)
        let examples = EventExamples.messages(of: type)
        var members: Set<String> = []
        for example in examples {
            let problems = Self.problems(in: example)
            #expect(problems.isEmpty, "\(example) \(problems)")
            members.formUnion((example["data"]?.objectValue?.members ?? []).map(\.name))
        }
        #expect(members == Set(EventData.schema(of: type).members.map(\.name)), "an example has every member that there is")
    }

    @Test("has the message by which a receiver is tried out")
    func testMessage() {
        var message = EventExamples.testMessage.objectValue ?? JSONObject()
        message["data"] = nil
        #expect(Schema.object(WebhookDocument.message).problems(of: .object(message)).isEmpty)
        #expect(Self.message(WebhookDocument.tested)?["post"] != nil)
    }

    @Test("says of a ledger's events what they hold")
    func realEvents() async throws {
        try await API.run { api in
            let request = try await api.pendingRequest()
            let path = "/v1/share-requests/\(request)"
            try await api.send(.POST, path + "/claim", as: .compliance, subject: "o1")
            try await api.send(.POST, path + "/notes", as: .compliance, subject: "o1", body: ["text": "called back"])
            try await api.send(.POST, path + "/approval", as: .compliance, subject: "o1", body: ["note": "fine"])
            try await api.send(.POST, "/v1/sharings/\(request)/end", as: .portal, body: ["by": "requester"])
            let rejected = try await api.pendingRequest("b")
            try await api.send(
                .POST, "/v1/share-requests/\(rejected)/rejection", as: .compliance, body: ["reason": "other"])
            try await api.send(.DELETE, "/v1/users/owner-b", as: .portal)
            let events = try await api.send(.GET, "/v1/events?limit=1000", as: .auditor)
            let items = events.json["items"]?.arrayValue ?? []
            var types: Set<String> = []
            for event in items {
                let type = try #require(event["type"]?.stringValue.flatMap(EventType.init(rawValue:)))
                types.insert(type.rawValue)
                let problems = Schema.object(EventData.schema(of: type)).problems(of: event["data"] ?? .null)
                #expect(problems.isEmpty, "\(event) \(problems)")
            }
            #expect(types.isSuperset(of: ["share-request-held", "share-request-rejected", "sharing-ended", "policy-activated"]))
        }
    }
}
