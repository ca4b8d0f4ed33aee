extension JSONValue {
    /// The value over several lines, for people.
    package var indentedLines: [String] {
        switch self {
        case .object(let object) where !object.isEmpty:
            return ["{"]
                + Self.joined(
                    object.members.map { name, value in
                        var lines = value.indentedLines
                        lines[0] = "\(JSONValue.string(name).canonicalText): \(lines[0])"
                        return lines
                    }) + ["}"]
        case .array(let elements) where !elements.isEmpty:
            return ["["] + Self.joined(elements.map(\.indentedLines)) + ["]"]
        default: return [canonicalText]
        }
    }

    private static func joined(_ blocks: [[String]]) -> [String] {
        blocks.enumerated().flatMap { number, block in
            var lines = block.map { "  " + $0 }
            if number < blocks.count - 1 { lines[lines.count - 1] += "," }
            return lines
        }
    }

    private var canonicalText: String { String(decoding: canonicalBytes(), as: UTF8.self) }
}
