import Yams

/// A YAML document (1.1 as libyaml reads it, without anchors and tags) as values with positions.
package struct Document {
    package let root: DocumentNode
    package let lines: SourceLines

    /// Values in one document, at most.
    package static let maximumNodes = 100_000

    /// Reads the text. What keeps it from being read is reported; then the result is nil. Tags are reported too.
    ///
    /// - Parameter allowsTags: whether tags are passed over, as they once were.
    package init?(_ text: String, limit: Int, allowsTags: Bool = false, report: ProblemReport) {
        guard text.utf8.count <= limit else {
            report.add(
                at: .start, "the file has \(text.utf8.count) bytes; \(limit) are allowed",
                advice: "Split it, or remove what is not needed.")
            return nil
        }
        let lines = SourceLines(text)
        if let anchor = lines.firstAnchor {
            // An alias may stand for another that holds many: a short file could unfold without end.
            report.add(at: anchor, "anchors (&name) are not supported", advice: "Write the value out where it is needed.")
            return nil
        }
        do {
            guard let node = try Parser(yaml: text).singleRoot() else {
                report.add(at: .start, "the file is empty")
                return nil
            }
            var budget = Self.maximumNodes
            guard let root = DocumentNode(node, budget: &budget, report: report) else { return nil }
            if !allowsTags { Self.reportTags(of: node, lines, report) }
            self.root = root
            self.lines = lines
        } catch {
            let (position, message) = Self.explain(error, lines)
            let place = lines.clamped(position)
            report.add(at: place, message, advice: lines.advice(onUnreadable: place.line))
            return nil
        }
    }

    private init(root: DocumentNode, lines: SourceLines) {
        self.root = root
        self.lines = lines
    }

    /// The document with another value in its place.
    package func with(_ root: DocumentNode) -> Document { Document(root: root, lines: lines) }

    /// A tag is dropped by the reader, and with it what the author meant: `! x` is read as `x`.
    private static func reportTags(of node: Node, _ lines: SourceLines, _ report: ProblemReport) {
        let position = SourcePosition(node.mark)
        // A value begins with its tag; without one none begins with this character, unless in quotes.
        if let offset = lines.offset(of: position), offset < lines.scalars.count, lines.scalars[offset] == "!" {
            report.add(
                at: position, "a value that begins with '!' is a YAML tag, and is read as if the '!' were not there",
                advice: "Put the whole value in double quotes, as in \"!x\".")
        }
        switch node {
        case .scalar, .alias: break
        case .sequence(let sequence): for element in sequence { reportTags(of: element, lines, report) }
        case .mapping(let mapping):
            for (key, value) in mapping {
                reportTags(of: key, lines, report)
                reportTags(of: value, lines, report)
            }
        }
    }

    private static func explain(_ error: any Error, _ lines: SourceLines) -> (SourcePosition, String) {
        guard let error = error as? YamlError else { return (.start, "the file cannot be read as YAML") }
        switch error {
        case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
            .composer(let context, let problem, let mark, _):
            let text = context.map { "\($0.text) (line \($0.mark.line)): " } ?? ""
            return (SourcePosition(mark), "not valid YAML: \(text)\(problem)")
        case .reader(let problem, let offset, _, _):
            return (lines.position(ofCharacter: offset ?? 0), "not valid YAML: \(problem)")
        case .duplicatedKeysInMapping(let duplicates, let context):
            let keys = duplicates.sorted().map { "'\($0)'" }.joined(separator: ", ")
            return (SourcePosition(context.mark), "the key \(keys) stands more than once in one mapping")
        case .memory: return (.start, "not valid YAML: it is nested too deeply")
        case .no, .writer, .emitter, .representer, .dataCouldNotBeDecoded:
            return (.start, "the file cannot be read as YAML")
        }
    }
}

extension SourcePosition {
    package init(_ mark: Mark?) {
        self.init(line: mark?.line ?? 1, column: mark?.column ?? 1)
    }
}

extension DocumentNode {
    fileprivate init?(_ node: Node, budget: inout Int, report: ProblemReport) {
        let position = SourcePosition(node.mark)
        budget -= 1
        guard budget > 0 else {
            report.add(at: position, "the file holds more than \(Document.maximumNodes) values")
            return nil
        }
        switch node {
        case .scalar(let scalar):
            self.init(position: position, content: .scalar(Scalar(text: scalar.string, style: Style(scalar.style))))
        case .sequence(let sequence):
            var elements: [DocumentNode] = []
            for element in sequence {
                guard let element = DocumentNode(element, budget: &budget, report: report) else { return nil }
                elements.append(element)
            }
            self.init(position: position, content: .sequence(elements))
        case .mapping(let mapping):
            var members: [Member] = []
            for (key, value) in mapping {
                guard case .scalar(let name) = key else {
                    report.add(at: SourcePosition(key.mark), "a key must be a name")
                    return nil
                }
                guard let value = DocumentNode(value, budget: &budget, report: report) else { return nil }
                members.append(Member(key: name.string, position: SourcePosition(key.mark), value: value))
            }
            self.init(position: position, content: .mapping(members))
        case .alias:
            report.add(at: position, "aliases (*name) are not supported", advice: "Write the value out where it is needed.")
            return nil
        }
    }
}

extension DocumentNode.Style {
    fileprivate init(_ style: Node.Scalar.Style) {
        switch style {
        case .any, .plain: self = .plain
        case .singleQuoted: self = .singleQuoted
        case .doubleQuoted: self = .doubleQuoted
        case .literal: self = .literal
        case .folded: self = .folded
        }
    }
}
