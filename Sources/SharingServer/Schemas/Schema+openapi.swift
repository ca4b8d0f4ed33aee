import Canonical

extension Schema {
    /// JSON Schema 2020-12, as OpenAPI 3.1 takes it. Named objects are references; `components` gets what they refer to.
    func document(_ components: inout JSONObject) -> JSONObject {
        switch self {
        case .string(let shape): return .of([("type", "string")] + shape.keywords)
        case .integer(let range):
            return .of([
                ("type", "integer"), ("minimum", .integer(range.lowerBound)), ("maximum", .integer(range.upperBound)),
            ])
        case .boolean: return .of([("type", "boolean")])
        case .array(let element, let limit):
            return .of([
                ("type", "array"), ("items", .object(element.document(&components))),
                ("maxItems", .integer(Int64(limit))),
            ])
        case .object(let schema):
            guard let name = schema.name else { return schema.document(&components) }
            if components[name] == nil {
                // A name first, so that a shape which holds itself comes to an end.
                components[name] = .object(JSONObject())
                components[name] = .object(schema.document(&components))
            }
            return .of([("$ref", .string("#/components/schemas/\(name)"))])
        case .anyObject: return .of([("type", "object"), ("additionalProperties", true)])
        case .any: return JSONObject()
        }
    }
}

extension ObjectSchema {
    fileprivate func document(_ components: inout JSONObject) -> JSONObject {
        var properties = JSONObject()
        for member in members {
            var schema = member.schema.document(&components)
            schema["description"] = .string(member.description)
            properties[member.name] = .object(schema)
        }
        var document = JSONObject.of([
            ("type", "object"), ("description", .string(description)), ("properties", .object(properties)),
            ("additionalProperties", false),
        ])
        let required = members.filter(\.isRequired).map { JSONValue.string($0.name) }
        if !required.isEmpty { document["required"] = .array(required) }
        return document
    }
}
