import Canonical

/// Which way JSON goes. What is taken is closed, so that a misspelt member is not passed over in silence; what is sent is open:
/// later versions may add members and values, and clients that are generated from this document must read them all the same.
package enum SchemaUse: Sendable {
    /// Sent to the server.
    case request
    /// Sent by the server: answers, headers of answers, and messages to webhooks.
    case answer
}

extension Schema {
    /// JSON Schema 2020-12, as OpenAPI 3.1 takes it. Named objects are references; `components` gets what they refer to. An
    /// object that has a name is used one way only.
    package func document(for use: SchemaUse, _ components: inout JSONObject) -> JSONObject {
        switch self {
        case .string(let shape): return .of([("type", "string")] + shape.keywords(for: use))
        case .integer(let range):
            let isShort = Int64(Int32.min) <= range.lowerBound && range.upperBound <= Int64(Int32.max)
            return .of([
                ("type", "integer"), ("format", isShort ? "int32" : "int64"), ("minimum", .integer(range.lowerBound)),
                ("maximum", .integer(range.upperBound)),
            ])
        case .boolean: return .of([("type", "boolean")])
        case .array(let element, let limit):
            return .of([
                ("type", "array"), ("items", .object(element.document(for: use, &components))),
                ("maxItems", .integer(Int64(limit))),
            ])
        case .object(let schema):
            guard let name = schema.name else { return schema.document(for: use, &components) }
            return Self.reference(to: name, &components) { schema.document(for: use, &$0) }
        case .tagged(let schema):
            return Self.reference(to: schema.name, &components) { schema.document(for: use, &$0) }
        case .anyObject: return .of([("type", "object"), ("additionalProperties", true)])
        case .any: return JSONObject()
        }
    }

    private static func reference(
        to name: String, _ components: inout JSONObject, _ make: (inout JSONObject) -> JSONObject
    ) -> JSONObject {
        if components[name] == nil {
            // A name first, so that a shape which holds itself ends.
            components[name] = .object(JSONObject())
            components[name] = .object(make(&components))
        }
        return .of([("$ref", .string(address(of: name)))])
    }

    /// Where the document has a named shape.
    package static func address(of name: String) -> String { "#/components/schemas/\(name)" }

    /// The values that are known so far, of a text or of the texts of an array; empty where any would do.
    fileprivate var choices: [String] {
        switch self {
        case .string(let shape): shape.choices
        case .array(let element, _): element.choices
        case .integer, .boolean, .object, .tagged, .anyObject, .any: []
        }
    }
}

extension ObjectSchema {
    /// How many values of a member are listed in words; where there are more, `x-extensible-enum` has them.
    private static let maximumToldInWords = 16

    fileprivate func document(for use: SchemaUse, _ components: inout JSONObject) -> JSONObject {
        var properties = JSONObject()
        for member in members {
            var schema = member.schema.document(for: use, &components)
            schema["description"] = .string(Self.description(of: member, for: use))
            properties[member.name] = .object(schema)
        }
        var document = JSONObject.of([
            ("type", "object"), ("description", .string(description)), ("properties", .object(properties)),
        ])
        switch use {
        case .request: document["additionalProperties"] = false
        case .answer: break
        }
        let required = members.filter(\.isRequired).map { JSONValue.string($0.name) }
        if !required.isEmpty { document["required"] = .array(required) }
        return document
    }

    private static func description(of member: Member, for use: SchemaUse) -> String {
        let choices = member.schema.choices
        switch use {
        case .request: return member.description
        case .answer:
            guard (1...maximumToldInWords).contains(choices.count) else { return member.description }
            return "\(member.description) Known so far: \(choices.joined(separator: ", "))."
        }
    }
}

extension TaggedSchema {
    fileprivate func document(for use: SchemaUse, _ components: inout JSONObject) -> JSONObject {
        var references: [JSONValue] = []
        var mapping = JSONObject()
        for alternative in alternatives {
            let reference = Schema.object(alternative.schema).document(for: use, &components)
            references.append(.object(reference))
            mapping[alternative.value] = reference["$ref"]
        }
        return .of([
            ("description", .string(description)), ("oneOf", .array(references)),
            ("discriminator", ["propertyName": .string(tag), "mapping": .object(mapping)]),
        ])
    }
}
