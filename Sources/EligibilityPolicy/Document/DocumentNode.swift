/// A value of a YAML document with its place in the file.
package struct DocumentNode: Sendable {
    package let position: SourcePosition
    package let content: Content

    package enum Content: Sendable {
        case scalar(Scalar)
        /// In the order of the file; keys are unique.
        case mapping([Member])
        case sequence([DocumentNode])
    }

    package struct Scalar: Sendable {
        let text: String
        let style: Style
    }

    package enum Style: Sendable {
        case plain, singleQuoted, doubleQuoted, literal, folded
    }

    package struct Member: Sendable {
        package let key: String
        package let position: SourcePosition
        package let value: DocumentNode
    }
}

extension DocumentNode {
    /// The text of a scalar; nil for a collection.
    package var text: String? {
        if case .scalar(let scalar) = content { scalar.text } else { nil }
    }

    package var members: [Member]? {
        if case .mapping(let members) = content { members } else { nil }
    }

    package var elements: [DocumentNode]? {
        if case .sequence(let elements) = content { elements } else { nil }
    }

    /// Whether nothing was written, or `null` (YAML 1.2, core schema).
    package var isNull: Bool {
        guard case .scalar(let scalar) = content, scalar.style == .plain else { return false }
        return ["", "~", "null", "Null", "NULL"].contains(scalar.text)
    }

    /// What kind of value it is, for messages.
    package var kindName: String {
        switch content {
        case .scalar: isNull ? "nothing" : "a plain value"
        case .mapping: "a mapping"
        case .sequence: "a list"
        }
    }

    package subscript(key: String) -> DocumentNode? { members?.first { $0.key == key }?.value }
}
