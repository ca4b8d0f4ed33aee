import Canonical

/// What the portal said with a request of the things that the policy asks for, by their names.
///
/// The values are recorded with the request and with every later decision on it. A policy reads those values that it asks for.
public struct InputValues: Hashable, Sendable {
    private var values: [String: InputValue]

    public static let none = InputValues([:])

    /// How many a request may have.
    public static let maximumCount = PolicyLimits.inputs
    /// Bytes of a name, and of a word.
    public static let maximumLength = DeclaredName.maximumLength

    public init(_ values: [String: InputValue]) {
        self.values = values
    }

    public var isEmpty: Bool { values.isEmpty }

    public subscript(name: String) -> InputValue? {
        get { values[name] }
        set { values[name] = newValue }
    }

    /// By name, in order.
    public var sorted: [(name: String, value: InputValue)] {
        values.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }.map { ($0.key, $0.value) }
    }
}

extension InputValues {
    /// As an object: `{"riskBand":"low","terminalKnown":true}`.
    package var json: JSONValue {
        var object = JSONObject()
        for (name, value) in sorted { object[name] = value.json }
        return .object(object)
    }

    package func write(to writer: inout CanonicalJSONWriter) { writer.value(canonical: json.canonicalBytes()) }

    /// As canonical JSON; empty where there are none.
    package var text: String { isEmpty ? "" : String(decoding: json.canonicalBytes(), as: UTF8.self) }

    /// Nil where a value is neither a text nor a whole number nor a flag.
    package init?(json: JSONValue) {
        guard let object = json.objectValue else { return nil }
        var values: [String: InputValue] = [:]
        for (name, value) in object.members {
            guard let value = InputValue(json: value) else { return nil }
            values[name] = value
        }
        self.init(values)
    }
}

extension InputValue {
    package var json: JSONValue {
        switch self {
        case .word(let word): .string(word)
        case .integer(let number): .integer(Int64(number))
        case .flag(let flag): .bool(flag)
        }
    }

    package init?(json: JSONValue) {
        if let word = json.stringValue {
            self = .word(word)
        } else if let number = json.integerValue {
            self = .integer(Int(number))
        } else if let flag = json.boolValue {
            self = .flag(flag)
        } else {
            return nil
        }
    }
}
