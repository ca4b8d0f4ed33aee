/// The value of one parameter of an error.
public enum ParameterValue: Hashable, Sendable {
    case string(String)
    case integer(Int)
    case strings([String])
}

extension ParameterValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByArrayLiteral {
    public init(stringLiteral value: String) { self = .string(value) }
    public init(integerLiteral value: Int) { self = .integer(value) }
    public init(arrayLiteral elements: String...) { self = .strings(elements) }
}

extension ParameterValue: CustomStringConvertible {
    public var description: String {
        switch self {
        case .string(let text): text
        case .integer(let number): String(number)
        case .strings(let texts): texts.joined(separator: ", ")
        }
    }
}

/// The parameters of an error by name, always in the order of their names, so that equal
/// parameters are equal however they were made.
public struct ErrorParameters: Hashable, Sendable {
    public static let none = ErrorParameters([])

    private let entries: [Entry]

    private struct Entry: Hashable, Sendable {
        var name: String
        var value: ParameterValue
    }

    /// Of two values with one name the last counts.
    public init(_ values: [(name: String, value: ParameterValue)]) {
        var entries: [Entry] = []
        entries.reserveCapacity(values.count)
        for (name, value) in values {
            let position = entries.firstIndex { !($0.name < name) } ?? entries.endIndex
            if position < entries.endIndex, entries[position].name == name {
                entries[position].value = value
            } else {
                entries.insert(Entry(name: name, value: value), at: position)
            }
        }
        self.entries = entries
    }

    public subscript(name: String) -> ParameterValue? {
        entries.first { $0.name == name }?.value
    }
}

extension ErrorParameters: RandomAccessCollection {
    public var startIndex: Int { entries.startIndex }
    public var endIndex: Int { entries.endIndex }
    public subscript(position: Int) -> (name: String, value: ParameterValue) {
        (entries[position].name, entries[position].value)
    }
}

extension ErrorParameters: ExpressibleByDictionaryLiteral {
    public init(dictionaryLiteral elements: (String, ParameterValue)...) {
        self.init(elements.map { (name: $0.0, value: $0.1) })
    }
}

extension ErrorParameters: CustomStringConvertible {
    public var description: String {
        map { "\($0.name): \($0.value)" }.joined(separator: ", ")
    }
}
