/// Members of a JSON object: names are unique, the order they came in is kept.
public struct JSONObject: Sendable {
    public private(set) var members: [(name: String, value: JSONValue)] = []
    /// Where each name is; empty while the members are so few that looking at each is quicker.
    private var places: [ExactText: Int] = [:]

    /// From so many members on, names are looked up by hash.
    private static let many = 16

    public init() {}

    public var isEmpty: Bool { members.isEmpty }
    public var count: Int { members.count }

    public subscript(name: String) -> JSONValue? {
        get { place(of: name).map { members[$0].value } }
        set {
            let place = place(of: name)
            if let newValue {
                if let place { members[place].value = newValue } else { append(name, newValue) }
            } else if let place {
                members.remove(at: place)
                guard !places.isEmpty else { return }
                places[ExactText(name)] = nil
                index(from: place)
            }
        }
    }

    private mutating func append(_ name: String, _ value: JSONValue) {
        if !places.isEmpty { places[ExactText(name)] = members.count }
        members.append((name, value))
        if members.count == Self.many { index(from: 0) }
    }

    private func place(of name: String) -> Int? {
        guard places.isEmpty else { return places[ExactText(name)] }
        let exact = ExactText(name)
        return members.firstIndex { ExactText($0.name) == exact }
    }

    private mutating func index(from first: Int) {
        for (place, member) in members[first...].enumerated() { places[ExactText(member.name)] = first + place }
    }
}

/// Objects are equal when they have the same members, in whatever order.
extension JSONObject: Hashable {
    public static func == (left: JSONObject, right: JSONObject) -> Bool {
        left.count == right.count && left.members.allSatisfy { right[$0.name] == $0.value }
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(count)
        var sum = 0
        for member in members {
            var own = Hasher()
            own.combine(ExactText(member.name))
            own.combine(member.value)
            sum &+= own.finalize()
        }
        hasher.combine(sum)
    }
}

/// A text that equals another only where their bytes do.
package struct ExactText: Hashable, Sendable {
    private let text: String

    package init(_ text: String) { self.text = text }

    /// Texts of the same bytes are equal to Swift too, which tells most others apart at a glance.
    package static func == (left: ExactText, right: ExactText) -> Bool {
        left.text == right.text && left.text.utf8.elementsEqual(right.text.utf8)
    }

    package func hash(into hasher: inout Hasher) {
        var text = text
        text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
        hasher.combine(UInt8(0xFF))
    }
}
