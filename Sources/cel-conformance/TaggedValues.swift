import CEL
import Canonical
import Foundation

extension CELValue {
    /// A value tagged with its type, as in `{"int": "1"}`.
    init(tagged json: JSONValue) throws(ConformanceFormatError) {
        guard let members = json.objectValue?.members, members.count == 1, let (tag, content) = members.first,
            let value = try Self.value(tag, content)
        else { throw ConformanceFormatError("not a tagged value: \(json)") }
        self = value
    }

    private static func value(_ tag: String, _ content: JSONValue) throws(ConformanceFormatError) -> CELValue? {
        switch tag {
        case "null": return .null
        case "bool": return content.boolValue.map(CELValue.bool)
        case "int": return content.text.flatMap(Int64.init).map(CELValue.int)
        case "uint": return content.text.flatMap(UInt64.init).map(CELValue.uint)
        case "double": return content.text.flatMap(Self.number).map(CELValue.double)
        case "string": return content.stringValue.map(CELValue.string)
        case "bytes": return content.stringValue.flatMap { Data(base64Encoded: $0) }.map { .bytes(Array($0)) }
        case "type": return content.stringValue.map { .type(CELType(named: $0)) }
        case "list":
            var elements: [CELValue] = []
            for element in content.arrayValue ?? [] { elements.append(try CELValue(tagged: element)) }
            return .list(elements)
        case "map":
            var map = CELMap()
            for entry in content.arrayValue ?? [] {
                guard let pair = entry.arrayValue, pair.count == 2 else { return nil }
                let (key, value) = (try CELValue(tagged: pair[0]), try CELValue(tagged: pair[1]))
                do {
                    try map.insert(value, for: key)
                } catch {
                    throw ConformanceFormatError("a map cannot have the key \(key): \(error)")
                }
            }
            return .map(map)
        case "optional":
            if content == .null { return .optional(.none) }
            return .optional(CELOptional(try CELValue(tagged: content)))
        case "timestamp":
            guard let (seconds, nanoseconds) = Self.time(content) else { return nil }
            return CELTimestamp(checkingSeconds: seconds, nanoseconds: Int32(nanoseconds)).map(CELValue.timestamp)
        case "duration":
            guard let (seconds, nanoseconds) = Self.time(content) else { return nil }
            return CELDuration(seconds: seconds, nanoseconds: nanoseconds).map(CELValue.duration)
        default: return nil
        }
    }

    private static func number(_ text: String) -> Double? {
        switch text {
        case "NaN": .nan
        case "Infinity": .infinity
        case "-Infinity": -.infinity
        default: Double(text)
        }
    }

    private static func time(_ content: JSONValue) -> (Int64, Int64)? {
        guard let seconds = (content["seconds"] ?? 0).text.flatMap(Int64.init),
            let nanoseconds = (content["nanos"] ?? 0).text.flatMap(Int64.init)
        else { return nil }
        return (seconds, nanoseconds)
    }
}

extension JSONValue {
    /// A string, or a number as it would be written in one.
    fileprivate var text: String? {
        switch self {
        case .string(let text): text
        case .integer(let number): String(number)
        case .number(let number): String(number)
        default: nil
        }
    }
}

extension CELType {
    private static let simple: [String: CELType] = [
        "bool": .bool, "int": .int, "int64": .int, "uint": .uint, "uint64": .uint, "double": .double, "string": .string,
        "bytes": .bytes,
        "null": .null, "null_type": .null, "dyn": .dyn, "any": .dyn, "timestamp": .timestamp, "duration": .duration,
        "google.protobuf.Timestamp": .timestamp, "google.protobuf.Duration": .duration, "google.protobuf.Any": .dyn,
        "list": .list(.dyn), "map": .map(.dyn, .dyn), "type": .type(.dyn), "optional": .optional(.dyn),
        "optional_type": .optional(.dyn),
    ]

    /// The type of a name that `type(value)` may give.
    init(named name: String) { self = Self.simple[name] ?? .record(name) }

    /// A name, or an object such as `{"list": "int"}` and `{"map": ["string", "int"]}`.
    init(json: JSONValue) throws(ConformanceFormatError) {
        if let name = json.stringValue {
            self = Self.simple[name] ?? (name.count == 1 ? .parameter(Int(name.utf8.first ?? 0)) : .record(name))
            return
        }
        guard let (tag, content) = json.objectValue?.members.first else { throw ConformanceFormatError("not a type: \(json)") }
        switch tag {
        case "list": self = .list(try CELType(json: content))
        case "map":
            guard let pair = content.arrayValue, pair.count == 2 else {
                throw ConformanceFormatError("not a type of map: \(json)")
            }
            self = .map(try CELType(json: pair[0]), try CELType(json: pair[1]))
        case "optional", "optional_type": self = .optional(try CELType(json: content.arrayValue?.first ?? content))
        case "type": self = .type(content.objectValue?.isEmpty == true ? .dyn : try CELType(json: content))
        case "param", "typeParam": self = .parameter(Int(content.stringValue?.utf8.first ?? 0))
        default: throw ConformanceFormatError("not a type: \(json)")
        }
    }
}

extension FunctionDeclaration {
    /// `{"params": […], "result": …, "receiver": …}`; it can be checked but not called.
    init(name: String, json: JSONValue) throws(ConformanceFormatError) {
        var parameters: [CELType] = []
        for parameter in json["params"]?.arrayValue ?? [] { parameters.append(try CELType(json: parameter)) }
        self.init(
            name: name, parameters: parameters, result: try CELType(json: json["result"] ?? "dyn"),
            isMember: json["receiver"]?.boolValue == true)
    }
}
