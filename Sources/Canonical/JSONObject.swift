/// Members of a JSON object: names are unique, the order they came in is kept.
public struct JSONObject: Sendable {
    public private(set) var members: [(name: String, value: JSONValue)] = []
    private var places: [ExactText: Int] = [:]

    public init() {}

    public var isEmpty: Bool { members.isEmpty }
    public var count: Int { members.count }

    public subscript(name: String) -> JSONValue? {
        get { places[ExactText(name)].map { members[$0].value } }
        set {
            switch (places[ExactText(name)], newValue) {
            case (let place?, let value?):
                members[place].value = value
            case (nil, let value?):
                places[ExactText(name)] = members.count
                members.append((name, value))
            case (let place?, nil):
                places[ExactText(name)] = nil
                members.remove(at: place)
                for (index, member) in members[place...].enumerated() { places[ExactText(member.name)] = place + index }
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
struct ExactText: Hashable, Sendable {
    private let text: String

    init(_ text: String) { self.text = text }

    static func == (left: ExactText, right: ExactText) -> Bool { left.text.utf8.elementsEqual(right.text.utf8) }

    func hash(into hasher: inout Hasher) {
        var text = text
        text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
        hasher.combine(UInt8(0xFF))
    }
}
