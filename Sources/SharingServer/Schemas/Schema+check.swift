import Canonical

extension Schema {
    /// Everything in which `value` is not of this shape, each with its place (RFC 6901).
    func problems(of value: JSONValue) -> [FieldProblem] {
        var problems: [FieldProblem] = []
        check(value, at: .root, &problems)
        return problems
    }

    fileprivate func check(_ value: JSONValue, at place: JSONPlace, _ problems: inout [FieldProblem]) {
        guard problems.count < FieldProblem.most else { return }
        switch (self, value) {
        case (.string(let shape), .string(let text)):
            if !shape.accepts(text) { problems.append(FieldProblem(.pointer(place.pointer), .misshapen(shape))) }
        case (.integer(let range), .integer(let number)):
            if !range.contains(number) { problems.append(FieldProblem(.pointer(place.pointer), .outOfRange(range))) }
        case (.integer(let range), .number):
            problems.append(FieldProblem(.pointer(place.pointer), .outOfRange(range)))
        case (.boolean, .bool), (.anyObject, .object), (.any, _): break
        case (.array(let element, let limit), .array(let values)):
            guard values.count <= limit else {
                problems.append(FieldProblem(.pointer(place.pointer), .tooMany(limit)))
                return
            }
            for (index, value) in values.enumerated() { element.check(value, at: .element(index, of: place), &problems) }
        case (.object(let schema), .object(let object)):
            for member in schema.members {
                let place = JSONPlace.member(member.name, of: place)
                if let value = object[member.name] {
                    member.schema.check(value, at: place, &problems)
                } else if member.isRequired {
                    problems.append(FieldProblem(.pointer(place.pointer), .missing))
                }
            }
            for (name, _) in object.members
            where !schema.members.contains(where: { $0.name.utf8.elementsEqual(name.utf8) }) {
                problems.append(FieldProblem(.pointer(JSONPlace.member(name, of: place).pointer), .unknown))
            }
        default: problems.append(FieldProblem(.pointer(place.pointer), .wrongKind(noun)))
        }
    }
}

/// A place in a JSON document; written out as a pointer where something is wrong with it, which is seldom.
private indirect enum JSONPlace {
    case root
    case member(String, of: JSONPlace)
    case element(Int, of: JSONPlace)

    /// As a JSON Pointer (RFC 6901).
    var pointer: String {
        switch self {
        case .root: ""
        case .member(let name, let parent): "\(parent.pointer)/\(name.pointerToken)"
        case .element(let index, let parent): "\(parent.pointer)/\(index)"
        }
    }
}

extension String {
    /// The text as one token of a JSON Pointer (RFC 6901, section 3).
    var pointerToken: String { replacing("~", with: "~0").replacing("/", with: "~1") }
}
