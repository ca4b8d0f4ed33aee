import Canonical

extension Schema {
    /// Everything in which `value` is not of this shape, each with its place (RFC 6901).
    package func problems(of value: JSONValue) -> [FieldProblem] {
        var problems: [FieldProblem] = []
        check(value, at: .root, &problems)
        return problems
    }

    fileprivate func check(_ value: JSONValue, at place: JSONPlace, _ problems: inout [FieldProblem]) {
        guard problems.count < FieldProblem.most else { return }
        func report(_ kind: FieldProblem.Kind) { problems.append(FieldProblem(.pointer(place.pointer), kind)) }
        switch self {
        case .any: break
        case .boolean: if value.boolValue == nil { report(.wrongKind(noun)) }
        case .anyObject: if value.objectValue == nil { report(.wrongKind(noun)) }
        case .string(let shape):
            guard let text = value.stringValue else { return report(.wrongKind(noun)) }
            if !shape.accepts(text) { report(.misshapen(shape)) }
        case .integer(let range):
            if let number = value.integerValue {
                if !range.contains(number) { report(.outOfRange(range)) }
            } else if case .number = value {
                report(.outOfRange(range))
            } else {
                report(.wrongKind(noun))
            }
        case .array(let element, let limit):
            guard let values = value.arrayValue else { return report(.wrongKind(noun)) }
            guard values.count <= limit else { return report(.tooMany(limit)) }
            for (index, value) in values.enumerated() { element.check(value, at: .element(index, of: place), &problems) }
        case .object(let schema):
            guard let object = value.objectValue else { return report(.wrongKind(noun)) }
            schema.check(object, at: place, &problems)
        case .tagged(let schema):
            guard let object = value.objectValue else { return report(.wrongKind(noun)) }
            switch schema.kind(of: object) {
            case .known(let alternative, let object): alternative.check(object, at: place, &problems)
            case .unknown: break
            case .untold(let kind):
                problems.append(FieldProblem(.pointer(JSONPlace.member(schema.tag, of: place).pointer), kind))
            }
        }
    }
}

extension ObjectSchema {
    fileprivate func check(_ object: JSONObject, at place: JSONPlace, _ problems: inout [FieldProblem]) {
        for member in members {
            let place = JSONPlace.member(member.name, of: place)
            if let value = object[member.name] {
                member.schema.check(value, at: place, &problems)
            } else if member.isRequired {
                problems.append(FieldProblem(.pointer(place.pointer), .missing))
            }
        }
        for (name, _) in object.members where !members.contains(where: { $0.name.utf8.elementsEqual(name.utf8) }) {
            problems.append(FieldProblem(.pointer(JSONPlace.member(name, of: place).pointer), .unknown))
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
