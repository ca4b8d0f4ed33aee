import Canonical
import EligibilityPolicy

/// What people read of errors and outcomes, in every language.
public struct MessageCatalog: Sendable {
    let messages: [Language: LanguageMessages]

    /// Reads the files of messages, one for each language.
    ///
    /// - Parameter texts: names of files, for messages about them, and their texts.
    /// - Throws: `messages-invalid` with everything that is wrong or missing in any of them.
    package static func load(texts: [(name: String, text: String)]) throws(PolicyError) -> MessageCatalog {
        var problems: [Problem] = []
        var messages: [Language: LanguageMessages] = [:]
        for (name, text) in texts {
            let report = ProblemReport(file: name)
            if let loaded = MessageLoader(text, report: report)?.messages() {
                if messages[loaded.language] != nil {
                    report.add(at: .start, "there is another file of messages in \(loaded.language)")
                }
                messages[loaded.language] = loaded
            }
            problems += report.error(.messagesInvalid)?.problems ?? []
        }
        if problems.isEmpty {
            for language in Language.allCases where messages[language] == nil {
                problems.append(
                    Problem(
                        file: "messages.\(language).yaml", line: 0, column: 0, message: "there are no messages in \(language)"))
            }
        }
        guard problems.isEmpty else { throw PolicyError(code: .messagesInvalid, problems: problems) }
        return MessageCatalog(messages: messages)
    }

    /// What is wrong, in a few words.
    public func title(for code: SharingErrorCode, in language: Language) -> String {
        messages[language]?.errors[code]?.title ?? code.rawValue
    }

    /// What is wrong, as a sentence.
    ///
    /// - Parameter catalog: for the names of kinds of devices; those of an unknown kind are named by its id.
    public func message(
        for code: SharingErrorCode, parameters: ErrorParameters, in language: Language, catalog: DeviceCatalog
    ) -> String {
        guard let messages = messages[language], let texts = messages.errors[code] else { return "" }
        return messages.sentence(
            Self.replacement(of: texts.messageWithout, parameters) ?? texts.message, of: code.parameters, parameters, catalog)
    }

    /// What to do about it.
    public func advice(
        for code: SharingErrorCode, parameters: ErrorParameters, in language: Language, catalog: DeviceCatalog
    ) -> String {
        guard let messages = messages[language], let texts = messages.errors[code] else { return "" }
        return messages.sentence(
            Self.replacement(of: texts.adviceWithout, parameters) ?? texts.advice, of: code.parameters, parameters, catalog)
    }

    /// The text for the first parameter that is empty, by name; nil where none is.
    private static func replacement(
        of replacements: [String: MessageTemplate], _ parameters: ErrorParameters
    ) -> MessageTemplate? {
        replacements.sorted { $0.key < $1.key }.first { parameters[$0.key]?.isEmpty ?? true }?.value
    }

    /// What to do about what held a request, once it is decided: the advice of its code speaks of waiting for that.
    public func adviceWhenDecided(in language: Language) -> String { messages[language]?.names.decided ?? "" }

    public func name(of outcome: Outcome, in language: Language) -> String {
        messages[language]?.names.outcomes[outcome.rawValue] ?? outcome.rawValue
    }

    /// What follows from a rule that did not pass is called as what comes of the whole request.
    public func name(of consequence: Consequence, in language: Language) -> String {
        messages[language]?.names.outcomes[consequence.rawValue] ?? consequence.rawValue
    }

    public func name(of attribute: IdentityAttribute, in language: Language) -> String {
        messages[language]?.names.identityAttributes[attribute.rawValue] ?? attribute.rawValue
    }

    /// The name of a state of a share request, device or user; the state itself where it is none of these.
    public func name(ofState state: String, in language: Language) -> String {
        messages[language]?.names.states[state] ?? state
    }
}

extension ParameterValue {
    fileprivate var isEmpty: Bool {
        switch self {
        case .string(let text): text.isEmpty
        case .strings(let texts): texts.isEmpty
        case .integer: false
        }
    }
}

extension ErrorParameter.Kind {
    /// Whether messages show a word of the language for it, rather than the value.
    fileprivate var isWord: Bool {
        switch self {
        case .participant, .identityAttribute, .identityAttributes, .state, .action, .deviceKind: true
        case .identifier, .integer, .moment, .text, .texts: false
        }
    }
}

extension LanguageMessages {
    /// - Parameter declarations: of the parameters that the template may have.
    func sentence(
        _ template: MessageTemplate, of declarations: [ErrorParameter], _ parameters: ErrorParameters, _ catalog: DeviceCatalog
    ) -> String {
        let text = template.filled { name in
            guard let value = parameters[name], let declaration = declarations.first(where: { $0.name == name }) else {
                return ""
            }
            return words(for: value, declaration.kind, catalog)
        }
        // A word at the beginning may be a common noun; an id is never changed.
        guard case .parameter(let first)? = template.parts.first,
            declarations.first(where: { $0.name == first })?.kind.isWord == true
        else { return text }
        return text.prefix(1).uppercased() + text.dropFirst()
    }

    private func words(for value: ParameterValue, _ kind: ErrorParameter.Kind, _ catalog: DeviceCatalog) -> String {
        switch value {
        case .integer(let number): String(number)
        case .strings(let elements): names.list(elements.map { word(for: $0, kind, catalog) })
        case .string(let text): word(for: text, kind, catalog)
        }
    }

    private func word(for text: String, _ kind: ErrorParameter.Kind, _ catalog: DeviceCatalog) -> String {
        switch kind {
        case .participant: names.participants[text] ?? text
        case .identityAttribute, .identityAttributes: names.identityAttributes[text] ?? text
        case .state: names.states[text] ?? text
        case .action: names.actions[text] ?? text
        case .deviceKind: catalog[DeviceKindID(rawValue: text)]?.title[language] ?? text
        case .moment: Self.minute(of: text) ?? text
        case .identifier, .integer, .text, .texts: text
        }
    }

    /// `2026-11-23 03:43 UTC`: alike in every language, and never mistaken for another day.
    private static func minute(of moment: String) -> String? {
        guard let text = Timestamp(moment)?.description else { return nil }
        return text.prefix(10) + " " + text.dropFirst(11).prefix(5) + " UTC"
    }
}
