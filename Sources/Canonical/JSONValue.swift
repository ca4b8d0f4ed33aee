/// A JSON value in the data model of RFC 8785: text in Unicode, numbers as IEEE 754 doubles.
///
/// Texts are equal when their bytes are, names of members too, as RFC 8785 has it; Swift's `String` would take `é` and `e`
/// with a combining accent for the same.
public enum JSONValue: Sendable {
    case null
    case bool(Bool)
    /// A whole number of at most 53 bits, which a double holds exactly.
    case integer(Int64)
    /// Any other number; never NaN or infinite.
    case number(Double)
    case string(String)
    case array([JSONValue])
    case object(JSONObject)

    /// Largest magnitude of `integer`: 2^53 - 1.
    public static let maximumInteger: Int64 = 9_007_199_254_740_991

    public var stringValue: String? { if case .string(let value) = self { value } else { nil } }
    public var integerValue: Int64? { if case .integer(let value) = self { value } else { nil } }
    public var boolValue: Bool? { if case .bool(let value) = self { value } else { nil } }
    public var arrayValue: [JSONValue]? { if case .array(let value) = self { value } else { nil } }
    public var objectValue: JSONObject? { if case .object(let value) = self { value } else { nil } }

    /// The member of that name, where this is an object that has it.
    public subscript(name: String) -> JSONValue? { objectValue?[name] }
}

extension JSONValue: Hashable {
    public static func == (left: JSONValue, right: JSONValue) -> Bool {
        switch left {
        case .null: if case .null = right { true } else { false }
        case .bool(let left): right.boolValue == left
        case .integer(let left): right.integerValue == left
        case .number(let left): if case .number(let right) = right { left == right } else { false }
        case .string(let left): right.stringValue?.utf8.elementsEqual(left.utf8) ?? false
        case .array(let left): if case .array(let right) = right { left == right } else { false }
        case .object(let left): if case .object(let right) = right { left == right } else { false }
        }
    }

    public func hash(into hasher: inout Hasher) {
        switch self {
        case .null: hasher.combine(0)
        case .bool(let value): hasher.combine(value)
        case .integer(let value): hasher.combine(value)
        case .number(let value): hasher.combine(value)
        case .string(let value): hasher.combine(ExactText(value))
        case .array(let elements): hasher.combine(elements)
        case .object(let object): hasher.combine(object)
        }
    }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral, ExpressibleByNilLiteral
{
    public init(stringLiteral value: String) { self = .string(value) }
    public init(integerLiteral value: Int32) { self = .integer(Int64(value)) }
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
    public init(dictionaryLiteral elements: (String, JSONValue)...) {
        var object = JSONObject()
        for (name, value) in elements { object[name] = value }
        self = .object(object)
    }
    public init(nilLiteral: ()) { self = .null }
}
