/// A type of the language, as the checker knows it (langdef, "Gradual Type Checking").
package indirect enum CELType: Hashable, Sendable {
    case bool, int, uint, double, string, bytes, null, timestamp, duration
    /// The union of all types: what is known only at run time.
    case dyn
    case list(CELType)
    case map(CELType, CELType)
    case optional(CELType)
    /// The type of a type.
    case type(CELType)
    /// A nominal record declared in the environment.
    case record(String)
    /// A type parameter of an overload, or a fresh variable while checking.
    case parameter(Int)

    /// The name that a type value has in the language and that `string` formatting prints.
    package var runtimeName: String {
        switch self {
        case .bool: "bool"
        case .int: "int"
        case .uint: "uint"
        case .double: "double"
        case .string: "string"
        case .bytes: "bytes"
        case .null: "null_type"
        case .timestamp: "google.protobuf.Timestamp"
        case .duration: "google.protobuf.Duration"
        case .dyn, .parameter: "dyn"
        case .list: "list"
        case .map: "map"
        case .optional: "optional_type"
        case .type: "type"
        case .record(let name): name
        }
    }

    /// The types that an expression can name, by that name.
    static let denotable: [String: CELType] = {
        let types: [CELType] = [
            .bool, .int, .uint, .double, .string, .bytes, .null, .timestamp, .duration,
            .list(.dyn), .map(.dyn, .dyn), .type(.dyn), .optional(.dyn),
        ]
        return Dictionary(uniqueKeysWithValues: types.map { ($0.runtimeName, $0) })
    }()
}

extension CELType: CustomStringConvertible {
    package var description: String {
        switch self {
        case .null: "null"
        case .timestamp: "timestamp"
        case .duration: "duration"
        case .list(let element): "list(\(element))"
        case .map(let key, let value): "map(\(key), \(value))"
        case .optional(let wrapped): "optional(\(wrapped))"
        case .type(.dyn): "type"
        case .type(let type): "type(\(type))"
        case .bool, .int, .uint, .double, .string, .bytes, .dyn, .record, .parameter: runtimeName
        }
    }
}
