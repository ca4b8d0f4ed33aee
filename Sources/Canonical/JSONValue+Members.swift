extension JSONObject {
    /// An object of those members that have a value.
    package static func of(_ members: [(String, JSONValue?)]) -> JSONObject {
        var object = JSONObject()
        for (name, value) in members { object[name] = value }
        return object
    }
}

extension JSONValue {
    /// An object of those members that have a value. `null` is none: no answer of ours has one, and a literal `nil` may come
    /// out as either.
    package static func members(_ members: KeyValuePairs<String, JSONValue?>) -> JSONValue {
        .object(.of(members.map { ($0.key, $0.value == .null ? nil : $0.value) }))
    }

    package init(_ number: Int) { self = .integer(Int64(number)) }
    package init(_ moment: Timestamp) { self = .string(moment.description) }
    package init(_ texts: some Sequence<String>) { self = .array(texts.map { .string($0) }) }
}
