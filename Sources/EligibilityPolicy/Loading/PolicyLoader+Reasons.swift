// The reasons that a policy defines.

extension PolicyLoader {
    /// A reason of the file before it is known what the others are.
    struct Draft {
        let id: PolicyReasonID
        let title: LocalizedText
        let message: LocalizedText
        let advice: LocalizedText
        let parameters: [ErrorParameter]
    }

    /// What a file says that clients are told of a code.
    struct Statement {
        let text: String
        let position: SourcePosition
    }

    func reasons(_ file: MappingReader) -> ReadReasons {
        var drafts: [Draft] = []
        var statements: [(code: ReasonCode, statement: Statement)] = []
        var places: [ReasonCode: SourcePosition] = [:]
        var broken: Set<String> = []
        var ids = UniqueNames("reason", report)
        for node in file.node("reasons") == nil ? [] : file.list("reasons", atMost: PolicyLimits.reasons) {
            let name = node["id"]?.text
            guard let reader = MappingReader(node, as: PolicyFileShape.reason, report: report), let draft = draft(reader),
                let disclosure = reader.text("disclosedAs")
            else {
                if let name { broken.insert(name) }
                continue
            }
            let code = ReasonCode.ofPolicy(draft.id)
            ids.add(draft.id.rawValue, at: reader.position(of: "id"))
            guard places[code] == nil else { continue }
            drafts.append(draft)
            statements.append((code, Statement(text: disclosure, position: reader.position(of: "disclosedAs"))))
            places[code] = reader.position(of: "id")
        }
        let known = ReadReasons(catalog: catalog(of: drafts), places: [:], broken: broken)
        for member in file.entries("disclosures", atMost: PolicyLimits.reasons) {
            guard let code = builtIn(member, known), let text = text(member) else { continue }
            statements.append((.builtIn(code), Statement(text: text, position: member.value.position)))
            places[.builtIn(code)] = member.position
        }
        return ReadReasons(catalog: catalog(of: drafts, saying: statements, known), places: places, broken: broken)
    }

    // MARK: One reason

    private func draft(_ reader: MappingReader) -> Draft? {
        let id = reader.text("id").flatMap { text -> PolicyReasonID? in
            if let id = PolicyReasonID(rawValue: text) { return id }
            let bare = PolicyReasonID(rawValue: PolicyReasonID.prefix + text)
            report.add(
                at: reader.position(of: "id"), "'\(text)' is not the id of a reason of a policy",
                advice: MappingReader.retyping(text) ?? bare.map {
                    "Write \($0): the prefix keeps it apart from the program's codes."
                }
                    ?? "Write \(PolicyReasonID.prefix) and lower-case letters and digits in words joined by hyphens.")
            return nil
        }
        let title = text(reader, "title", atMost: PolicyLimits.reasonTitle)
        let message = text(reader, "message", atMost: PolicyLimits.reasonText)
        let advice = text(reader, "advice", atMost: PolicyLimits.reasonText)
        let parameters = declarations(reader)
        checkPlaces(reader, parameters)
        guard let id, let title, let message, let advice else { return nil }
        return Draft(id: id, title: title, message: message, advice: advice, parameters: parameters)
    }

    /// A text in every language, none of them too long, and the Chinese ones not in English.
    private func text(_ reader: MappingReader, _ key: String, atMost limit: Int) -> LocalizedText? {
        guard let text = reader.localizedText(key) else { return nil }
        for language in Language.allCases {
            let position = reader.node(key)?[language.rawValue]?.position ?? reader.position(of: key)
            if text[language].unicodeScalars.count > limit {
                report.add(at: position, "the \(language) of '\(key)' has more than \(limit) characters")
            }
            if origin == .proposed, language != .english, text[language] == text.english {
                report.add(
                    at: position, "the \(language) of '\(key)' is the English text", advice: "Translate it: clients read it.")
            }
        }
        return text
    }

    private func declarations(_ reader: MappingReader) -> [ErrorParameter] {
        let kinds = ErrorParameter.Kind.allCases.map(\.rawValue)
        return reader.entries("parameters", atMost: PolicyLimits.reasonParameters).compactMap { member in
            guard member.key.wholeMatch(of: /[a-z][A-Za-z0-9]*/) != nil, member.key.utf8.count <= 64 else {
                report.add(
                    at: member.position, "'\(member.key)' is not the name of a parameter",
                    advice: MappingReader.retyping(member.key)
                        ?? "Use letters and digits, a small letter first, as in minimumDays.")
                return nil
            }
            let text = member.value.text ?? ""
            guard let kind = ErrorParameter.Kind(rawValue: text) else {
                report.add(
                    at: member.value.position,
                    "the parameter '\(member.key)' is of no kind '\(member.value.text ?? member.value.kindName)'",
                    advice: MappingReader.suggestion(for: text, among: kinds))
                return nil
            }
            return ErrorParameter(member.key, kind, kind.documentation)
        }
    }

    // MARK: Places for parameters

    /// Each parameter is told somewhere, and every language has a place for the same ones.
    private func checkPlaces(_ reader: MappingReader, _ parameters: [ErrorParameter]) {
        // What is wrong with a declaration is reported there.
        let declared = reader.node("parameters")?.members?.map(\.key) ?? []
        var told: Set<String> = []
        var areRead = true
        for key in ["message", "advice"] {
            var first: (language: Language, names: Set<String>)?
            for language in Language.allCases {
                guard let node = reader.node(key)?[language.rawValue], let text = node.text else { continue }
                guard let template = template(text, node, knowing: declared) else {
                    areRead = false
                    continue
                }
                let names = Set(template.parameters)
                told.formUnion(names)
                guard let other = first else {
                    first = (language, names)
                    continue
                }
                guard origin == .proposed, names != other.names else { continue }
                let differing = names.symmetricDifference(other.names).sorted().map { "{\($0)}" }.joined(separator: ", ")
                report.add(
                    at: node.position, "the \(language) of '\(key)' and the \(other.language) do not both have \(differing)",
                    advice: "Say the same in every language.")
            }
        }
        guard areRead, origin == .proposed, reader.node("message") != nil, reader.node("advice") != nil else { return }
        for parameter in parameters where !told.contains(parameter.name) {
            report.add(
                at: reader.node("parameters")?.members?.first { $0.key == parameter.name }?.position ?? reader.position,
                "neither message nor advice mentions {\(parameter.name)}", advice: "Say it there, or remove the parameter.")
        }
    }

    /// Nil where the text is no template, or has a place for an unknown parameter, which is reported.
    private func template(_ text: String, _ node: DocumentNode, knowing declared: [String]) -> MessageTemplate? {
        let positions = ScalarPositions(of: node, in: document.lines)
        do throws(MessageTemplate.Problem) {
            let template = try MessageTemplate(text)
            guard let unknown = template.parameters.first(where: { !declared.contains($0) }) else { return template }
            let before = text.firstRange(of: "{\(unknown)}").map { text[..<$0.lowerBound].unicodeScalars.count } ?? 0
            report.add(
                at: positions.position(line: 1, column: before + 1), "the reason has no parameter {\(unknown)}",
                advice: declared.isEmpty
                    ? "Declare it under 'parameters', as in \(unknown): text."
                    : MappingReader.suggestion(for: unknown, among: declared))
            return nil
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
}

extension MappingReader {
    /// A code of the program's, or what is spelt as a reason of a policy.
    package func reasonCode(_ key: String) -> ReasonCode? {
        guard let node = node(key) else { return nil }
        if let code = node.text.flatMap(ReasonCode.init(rawValue:)) { return code }
        reportProblem(
            at: key, "'\(node.text ?? node.kindName)' is not a value of '\(key)'",
            advice: Self.suggestion(for: node.text ?? "", among: SharingErrorCode.allCases.map(\.rawValue)))
        return nil
    }
}

extension ErrorParameter.Kind {
    /// What a parameter of the kind holds, as a phrase for people who write policies.
    package var documentation: String {
        switch self {
        case .identifier: "the id of a user, device, request or the like"
        case .integer: "a whole number"
        case .moment: "a moment of RFC 3339"
        case .text: "a text"
        case .texts: "a list of texts"
        case .participant: "requester or owner"
        case .identityAttribute: "an attribute of identity"
        case .identityAttributes: "a list of attributes of identity"
        case .deviceKind: "a kind of device"
        case .state: "a state of a request, user or device"
        case .action: "a command, such as approve"
        }
    }
}
