/// A JSON value in the data model of RFC 8785: text in Unicode, numbers as IEEE 754 doubles.
public enum JSONValue: Hashable, Sendable {
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
    public static let largestInteger: Int64 = 9_007_199_254_740_991

    public var stringValue: String? { if case .string(let value) = self { value } else { nil } }
    public var integerValue: Int64? { if case .integer(let value) = self { value } else { nil } }
    public var boolValue: Bool? { if case .bool(let value) = self { value } else { nil } }
    public var arrayValue: [JSONValue]? { if case .array(let value) = self { value } else { nil } }
    public var objectValue: JSONObject? { if case .object(let value) = self { value } else { nil } }

    /// The member of that name, where this is an object that has it.
    public subscript(name: String) -> JSONValue? { objectValue?[name] }
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

/// Members of a JSON object: names are unique, the order they came in is kept.
public struct JSONObject: Sendable {
    public private(set) var members: [(name: String, value: JSONValue)] = []
    private var places: [String: Int] = [:]

    public init() {}

    public var isEmpty: Bool { members.isEmpty }
    public var count: Int { members.count }

    public subscript(name: String) -> JSONValue? {
        get { places[name].map { members[$0].value } }
        set {
            switch (places[name], newValue) {
            case (let place?, let value?):
                members[place].value = value
            case (nil, let value?):
                places[name] = members.count
                members.append((name, value))
            case (let place?, nil):
                members.remove(at: place)
                places = Dictionary(uniqueKeysWithValues: members.enumerated().map { ($1.name, $0) })
            case (nil, nil):
                break
            }
        }
    }
}

/// Objects are equal when they have the same members, in whatever order.
extension JSONObject: Hashable {
    public static func == (left: JSONObject, right: JSONObject) -> Bool {
        left.count == right.count && left.members.allSatisfy { right[$0.name] == $0.value }
    }

    public func hash(into hasher: inout Hasher) {
        for member in members.sorted(by: { $0.name < $1.name }) {
            hasher.combine(member.name)
            hasher.combine(member.value)
        }
    }
}
