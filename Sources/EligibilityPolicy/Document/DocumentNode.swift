/// A value of a YAML document with its place in the file.
struct DocumentNode: Sendable {
    let position: Position
    let content: Content

    enum Content: Sendable {
        case scalar(Scalar)
        /// In the order of the file; keys are unique.
        case mapping([Member])
        case sequence([DocumentNode])
    }

    struct Scalar: Sendable {
        let text: String
        let style: Style
    }

    enum Style: Sendable {
        case plain, singleQuoted, doubleQuoted, literal, folded
    }

    struct Member: Sendable {
        let key: String
        let position: Position
        let value: DocumentNode
    }
}

extension DocumentNode {
    /// The text of a scalar; nil for a collection.
    var text: String? {
        if case .scalar(let scalar) = content { scalar.text } else { nil }
    }

    var members: [Member]? {
        if case .mapping(let members) = content { members } else { nil }
    }

    var elements: [DocumentNode]? {
        if case .sequence(let elements) = content { elements } else { nil }
    }

    /// Whether nothing was written, or `null` (YAML 1.2, core schema).
    var isNull: Bool {
        guard case .scalar(let scalar) = content, scalar.style == .plain else { return false }
        return ["", "~", "null", "Null", "NULL"].contains(scalar.text)
    }

    /// What kind of value it is, for messages.
    var kindName: String {
        switch content {
        case .scalar: isNull ? "nothing" : "a plain value"
        case .mapping: "a mapping"
        case .sequence: "a list"
        }
    }

    subscript(key: String) -> DocumentNode? { members?.first { $0.key == key }?.value }
}
