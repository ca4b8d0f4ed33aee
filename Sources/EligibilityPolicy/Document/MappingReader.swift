import CEL

/// Reads the members of one mapping, reporting what is missing, unknown or of the wrong kind.
package struct MappingReader {
    package let position: SourcePosition
    package let shape: MappingShape
    private let report: ProblemReport
    private let members: [String: DocumentNode.Member]

    /// Nil where the node is not a mapping, which is reported; unknown and missing keys are reported too.
    package init?(_ node: DocumentNode, as shape: MappingShape, report: ProblemReport) {
        guard let members = node.members else {
            report.add(
                at: node.position, "\(shape.noun) must be a mapping, not \(node.kindName)",
                advice: "Its keys: \(shape.keys.joined(separator: ", ")).")
            return nil
        }
        self.report = report
        self.shape = shape
        position = node.position
        self.members = Dictionary(members.map { ($0.key, $0) }, uniquingKeysWith: { first, _ in first })
        for member in members where !shape.keys.contains(member.key) {
            report.add(
                at: member.position, "\(shape.noun) has no key '\(member.key)'",
                advice: Self.suggestion(for: member.key, among: shape.keys))
        }
        for key in shape.required where self.members[key] == nil {
            report.add(at: node.position, "\(shape.noun) needs '\(key)'")
        }
    }

    package static func suggestion(for name: String, among known: [String]) -> String {
        if let advice = retyping(name) { return advice }
        if let nearest = nearestName(to: name, among: known) { return "Did you mean '\(nearest)'?" }
        return "Known: \(known.joined(separator: ", "))."
    }

    /// What to do about a text with characters that a keyboard does not write where they were not meant; nil where it has none.
    package static func retyping(_ text: String) -> String? {
        let scalars = text.unicodeScalars
        if let invisible = scalars.first(where: \.isInvisible) {
            return "It holds the character \(invisible.inWords), which cannot be seen. Retype it."
        }
        if scalars.first?.isTypographicQuote == true || scalars.last?.isTypographicQuote == true {
            return "Write the quotation marks as \" or '."
        }
        guard let wide = scalars.first(where: { ("\u{ff01}"..."\u{ff5e}").contains($0) }), let plain = wide.plainSpelling else {
            return nil
        }
        return "It holds \(wide.inWords), which is not \(plain). Retype it."
    }

    package func node(_ key: String) -> DocumentNode? { members[key]?.value }

    /// The place of a key's value, or of the mapping where it has none.
    package func position(of key: String) -> SourcePosition { members[key]?.value.position ?? position }

    package func reportProblem(at key: String, _ message: String, advice: String? = nil) {
        report.add(at: position(of: key), message, advice: advice)
    }

    /// A text that is not empty.
    package func text(_ key: String) -> String? {
        guard let node = node(key) else { return nil }
        guard let text = node.text, !node.isNull, !text.isEmpty else {
            report.add(at: node.position, "'\(key)' must be a text, not \(node.kindName)")
            return nil
        }
        return text
    }

    package func integer(_ key: String, in range: ClosedRange<Int>) -> Int? {
        guard let node = node(key) else { return nil }
        guard case .scalar(let scalar) = node.content, scalar.style == .plain, let number = Int(scalar.text),
            range.contains(number)
        else {
            report.add(
                at: node.position, "'\(key)' must be a whole number from \(range.lowerBound) to \(range.upperBound)",
                advice: node.text.flatMap(Self.retyping))
            return nil
        }
        return number
    }

    package func flag(_ key: String, default missing: Bool) -> Bool {
        guard let node = node(key) else { return missing }
        if case .scalar(let scalar) = node.content, scalar.style == .plain {
            if scalar.text == "true" { return true }
            if scalar.text == "false" { return false }
        }
        report.add(at: node.position, "'\(key)' must be true or false", advice: node.text.flatMap(Self.retyping))
        return missing
    }

    /// The elements of a list with at least one and at most `most` of them; empty where it is not one, which is reported.
    package func list(_ key: String, atMost most: Int) -> [DocumentNode] {
        guard let node = node(key) else { return [] }
        guard let elements = node.elements else {
            report.add(
                at: node.position, "'\(key)' must be a list, not \(node.kindName)", advice: "Begin each element with '- '.")
            return []
        }
        if elements.isEmpty { report.add(at: node.position, "'\(key)' must not be empty") }
        guard elements.count <= most else {
            report.add(at: elements[most].position, "'\(key)' has \(elements.count) elements; \(most) are allowed")
            return Array(elements.prefix(most))
        }
        return elements
    }

    /// The members of a mapping whose keys are the author's; empty where there is none.
    package func entries(_ key: String, atMost most: Int) -> [DocumentNode.Member] {
        guard let node = node(key), !node.isNull else { return [] }
        guard let members = node.members else {
            report.add(at: node.position, "'\(key)' must be a mapping, not \(node.kindName)")
            return []
        }
        guard members.count <= most else {
            report.add(at: members[most].position, "'\(key)' has \(members.count) entries; \(most) are allowed")
            return Array(members.prefix(most))
        }
        return members
    }

    /// One of the cases of an enumeration.
    package func choice<Choice: RawRepresentable & CaseIterable>(_ key: String, of type: Choice.Type) -> Choice?
    where Choice.RawValue == String {
        guard let node = node(key) else { return nil }
        if let choice = node.text.flatMap(Choice.init(rawValue:)) { return choice }
        let known = Choice.allCases.map(\.rawValue)
        if let text = node.text, known.count > 5 {
            report.add(
                at: node.position, "'\(text)' is not a value of '\(key)'", advice: Self.suggestion(for: text, among: known))
        } else {
            report.add(
                at: node.position, "'\(key)' must be \(known.joined(separator: " or "))",
                advice: node.text.flatMap(Self.retyping)
                    ?? node.text.flatMap { nearestName(to: $0, among: known) }.map { "Did you mean '\($0)'?" })
        }
        return nil
    }

    /// Lower-case words joined by hyphens, which name things across files and years.
    package func identifier(_ key: String) -> String? {
        guard let text = text(key) else { return nil }
        guard text.utf8.count <= 64, text.wholeMatch(of: /[a-z0-9]+(-[a-z0-9]+)*/) != nil else {
            report.add(
                at: position(of: key), "'\(text)' is not an id",
                advice: Self.retyping(text)
                    ?? "Use lower-case letters and digits in words joined by hyphens, 64 characters at most.")
            return nil
        }
        return text
    }

    package func localizedText(_ key: String) -> LocalizedText? {
        guard let node = node(key) else { return nil }
        guard let texts = node.members else {
            report.add(
                at: node.position, "'\(key)' must have a text in each language",
                advice: "Write {\(Language.allCases.map { "\($0.rawValue): …" }.joined(separator: ", "))}.")
            return nil
        }
        let known = MappingShape.localizedText.keys
        for text in texts where !known.contains(text.key) {
            report.add(
                at: text.position, "'\(text.key)' is not a language of this policy",
                advice: Self.suggestion(for: text.key, among: known))
        }
        var found: [Language: String] = [:]
        for language in Language.allCases {
            guard let text = node[language.rawValue] else {
                report.add(at: node.position, "the translation \(language) of '\(key)' is missing")
                continue
            }
            guard let value = text.text, !text.isNull, !value.isEmpty else {
                report.add(at: text.position, "the translation \(language) of '\(key)' is empty")
                continue
            }
            found[language] = value
        }
        guard let english = found[.english], let traditional = found[.traditionalChinese],
            let simplified = found[.simplifiedChinese]
        else { return nil }
        return LocalizedText(english: english, traditionalChinese: traditional, simplifiedChinese: simplified)
    }
}
