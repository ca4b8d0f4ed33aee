import EligibilityPolicy

/// Reads one file of messages, reporting codes and words that are missing or unknown, and parameters that do not fit.
struct MessageLoader {
    private static let sizeLimit = 262_144
    private static let file = MappingShape("a file of messages", required: ["language", "errors", "names"])
    private static let error = MappingShape(
        "an error", required: ["title", "message", "advice"], optional: ["messageWithout", "adviceWithout"])
    private static let names = MappingShape(
        "'names'", required: ["participants", "identityAttributes", "states", "actions", "outcomes", "decided", "list"])
    private static let list = MappingShape("'list'", required: ["separator", "last"])

    let report: ProblemReport
    private let document: Document

    init?(_ text: String, report: ProblemReport) {
        guard let document = Document(text, limit: Self.sizeLimit, report: report) else { return nil }
        self.report = report
        self.document = document
    }

    /// Nil where anything was reported.
    func messages() -> LanguageMessages? {
        guard let file = MappingReader(document.root, as: Self.file, report: report) else { return nil }
        let language = file.choice("language", of: Language.self)
        var errors: [SharingErrorCode: ErrorTexts] = [:]
        if let node = file.node("errors") {
            let shape = MappingShape("'errors'", required: SharingErrorCode.allCases.map(\.rawValue))
            if let reader = MappingReader(node, as: shape, report: report) {
                for code in SharingErrorCode.allCases {
                    errors[code] = reader.node(code.rawValue).flatMap { texts($0, of: code) }
                }
            }
        }
        let names = file.node("names").flatMap(self.names)
        guard report.isEmpty, let language, let names else { return nil }
        return LanguageMessages(language: language, errors: errors, names: names)
    }

    private func texts(_ node: DocumentNode, of code: SharingErrorCode) -> ErrorTexts? {
        guard let reader = MappingReader(node, as: Self.error, report: report) else { return nil }
        let title = reader.text("title")
        let message = reader.node("message").flatMap { template($0, of: code) }
        let advice = reader.node("advice").flatMap { template($0, of: code) }
        let messageWithout = replacements("messageWithout", in: reader, of: code)
        let adviceWithout = replacements("adviceWithout", in: reader, of: code)
        guard let title, let message, let advice else { return nil }
        let used = Set(message.parameters + advice.parameters)
        for parameter in code.parameters where !used.contains(parameter.name) {
            report.add(
                at: node.position, "neither message nor advice of '\(code)' mentions {\(parameter.name)}",
                advice: "Say in it: \(parameter.documentation).")
        }
        for (noun, text, replacements) in [("message", message, messageWithout), ("advice", advice, adviceWithout)] {
            for parameter in code.parameters.filter(\.mayBeEmpty).map(\.name)
            where text.parameters.contains(parameter) && replacements[parameter] == nil {
                report.add(
                    at: node.position, "'\(code)' needs the \(noun) for an empty {\(parameter)}",
                    advice: "Add \(noun)Without: {\(parameter): …}.")
            }
        }
        return ErrorTexts(
            title: title, message: message, messageWithout: messageWithout, advice: advice, adviceWithout: adviceWithout)
    }

    /// What replaces a text where a parameter is empty, by the parameter's name.
    private func replacements(_ key: String, in reader: MappingReader, of code: SharingErrorCode) -> [String: MessageTemplate] {
        let optional = code.parameters.filter(\.mayBeEmpty).map(\.name)
        var replacements: [String: MessageTemplate] = [:]
        for member in reader.entries(key, atMost: 10) {
            guard optional.contains(member.key) else {
                report.add(
                    at: member.position, "'\(member.key)' is not a parameter of '\(code)' that may be empty",
                    advice: optional.isEmpty ? "Remove it." : MappingReader.suggestion(for: member.key, among: optional))
                continue
            }
            replacements[member.key] = template(member.value, of: code)
            if replacements[member.key]?.parameters.contains(member.key) == true {
                report.add(at: member.value.position, "'{\(member.key)}' is empty here")
            }
        }
        return replacements
    }

    private func template(_ node: DocumentNode, of code: SharingErrorCode) -> MessageTemplate? {
        guard let text = node.text, !node.isNull, !text.isEmpty else {
            report.add(at: node.position, "a text is needed here, not \(node.kindName)")
            return nil
        }
        let positions = ScalarPositions(of: node, in: document.lines)
        do throws(MessageTemplate.Problem) {
            let template = try MessageTemplate(text)
            let known = code.parameters.map(\.name)
            for name in template.parameters where !known.contains(name) {
                let before = text.firstRange(of: "{\(name)}").map { text[..<$0.lowerBound].unicodeScalars.count } ?? 0
                report.add(
                    at: positions.position(line: 1, column: before + 1), "'\(code)' has no parameter {\(name)}",
                    advice: known.isEmpty ? "Remove it: this error has none." : MappingReader.suggestion(for: name, among: known))
            }
            return template
        } catch {
            switch error {
            case .unbalancedBrace(let offset):
                report.add(
                    at: positions.position(line: 1, column: offset + 1), "a brace without its partner",
                    advice: "Write {name} for a parameter, and {{ or }} for a brace.")
            }
            return nil
        }
    }

    // MARK: Names

    private func names(_ node: DocumentNode) -> MessageNames? {
        guard let reader = MappingReader(node, as: Self.names, report: report) else { return nil }
        var names = MessageNames()
        names.participants = words(reader, "participants", MessageNames.participantNames)
        names.identityAttributes = words(reader, "identityAttributes", IdentityAttribute.allCases.map(\.rawValue))
        names.states = words(reader, "states", MessageNames.stateNames)
        names.actions = words(reader, "actions", MessageNames.actionNames)
        names.outcomes = words(reader, "outcomes", Outcome.allCases.map(\.rawValue) + [Consequence.note.rawValue])
        names.decided = reader.text("decided") ?? ""
        if let list = reader.node("list").flatMap({ MappingReader($0, as: Self.list, report: report) }) {
            names.separator = list.text("separator") ?? ""
            names.last = list.text("last") ?? ""
        }
        return names
    }

    private func words(_ names: MappingReader, _ key: String, _ keys: [String]) -> [String: String] {
        guard let node = names.node(key),
            let reader = MappingReader(node, as: MappingShape("'\(key)'", required: keys), report: report)
        else { return [:] }
        return Dictionary(uniqueKeysWithValues: keys.compactMap { key in reader.text(key).map { (key, $0) } })
    }
}
