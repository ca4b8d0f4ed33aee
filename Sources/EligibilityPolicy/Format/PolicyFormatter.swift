/// Brings a policy file, or a file of cases, into the usual form: two spaces for each level of indentation, one space
/// after `-`, no blanks at the ends of lines, one empty line at most, one line break at the end.
///
/// Comments, quoting and the order of everything stay. What the file says never changes: where the usual form would be read
/// otherwise, only the ends of lines are touched, or nothing.
package enum PolicyFormatter {
    /// The text in the usual form.
    ///
    /// - Throws: `policy-invalid` where the text is not YAML.
    package static func format(_ text: String, file: String) throws(PolicyError) -> String {
        let report = ProblemReport(file: file)
        guard let original = Document(text, limit: 4 * 1_048_576, report: report) else {
            throw report.error(.policyInvalid)
                ?? PolicyError(
                    code: .policyInvalid, problems: [Problem(file: file, line: 1, column: 1, message: "the file cannot be read")])
        }
        let lines = text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }.map(String.init)
        let candidates = [tidied(Indentation.normalized(lines)), tidied(lines)]
        return candidates.first { candidate in
            Document(candidate, limit: 4 * 1_048_576, report: ProblemReport(file: file))?.root.isSame(as: original.root) == true
        } ?? text
    }

    private static func tidied(_ lines: [String]) -> String {
        var kept: [Substring] = []
        for line in lines {
            let trimmed = line.droppingTrailingBlanks
            if trimmed.isEmpty, kept.last?.isEmpty ?? true { continue }
            kept.append(trimmed)
        }
        while kept.last?.isEmpty == true { kept.removeLast() }
        return kept.joined(separator: "\n") + "\n"
    }
}

extension String {
    fileprivate var droppingTrailingBlanks: Substring {
        var line = self[...]
        while let last = line.last, last == " " || last == "\t" { line.removeLast() }
        return line
    }
}

extension DocumentNode {
    /// Whether both say the same, wherever it stands.
    func isSame(as other: DocumentNode) -> Bool {
        switch content {
        case .scalar(let one):
            guard case .scalar(let another) = other.content else { return false }
            return one.text == another.text && one.style == another.style
        case .sequence(let one):
            guard case .sequence(let another) = other.content else { return false }
            return one.count == another.count && zip(one, another).allSatisfy { $0.isSame(as: $1) }
        case .mapping(let one):
            guard case .mapping(let another) = other.content else { return false }
            return one.count == another.count
                && zip(one, another).allSatisfy { $0.key == $1.key && $0.value.isSame(as: $1.value) }
        }
    }
}
