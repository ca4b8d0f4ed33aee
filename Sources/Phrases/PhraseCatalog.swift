import EligibilityPolicy

/// The words on pages, in every language: files of chapters, one for each page or part of one, of phrases under keys. A phrase
/// is asked for as `chapter.key`.
///
/// A new phrase goes into the files alone. Every language must have it, with the same words in braces.
public struct PhraseCatalog: Sendable {
    private let phrases: [Language: [String: [String: MessageTemplate]]]

    /// Reads the files, one for each language. Throws `messages-invalid` with everything that is wrong or missing in any of them.
    package static func load(texts files: [(name: String, text: String)]) throws(PolicyError) -> PhraseCatalog {
        var problems: [Problem] = []
        var phrases: [Language: PhraseFile] = [:]
        for (name, text) in files {
            let report = ProblemReport(file: name)
            if let file = PhraseFile(text, report) { phrases[file.language] = file }
            problems += report.error(.messagesInvalid)?.problems ?? []
        }
        if problems.isEmpty, let first = phrases[.english] ?? phrases.values.first {
            for language in Language.allCases {
                guard let file = phrases[language] else {
                    problems.append(
                        Problem(file: "\(language)", line: 0, column: 0, message: "there are no phrases in \(language)"))
                    continue
                }
                problems += file.problems(against: first) + first.problems(against: file)
            }
        }
        var seen: Set<Problem> = []
        problems = problems.filter { seen.insert($0).inserted }
        guard problems.isEmpty else { throw PolicyError(code: .messagesInvalid, problems: problems) }
        return PhraseCatalog(phrases: phrases.mapValues { $0.chapters.mapValues { $0.mapValues(\.template) } })
    }

    /// The phrase with its parameters filled in; nil where there is none of this name.
    public func text(_ name: String, _ parameters: [String: String] = [:], in language: Language) -> String? {
        template(name, language)?.filled { parameters[$0] ?? "" }
    }

    /// The words in braces of a phrase; nil where there is none of this name.
    package func parameters(of name: String) -> Set<String>? {
        template(name, .english).map { Set($0.parameters) }
    }

    /// The phrases without parameters, by chapter and key.
    package func plain(in language: Language) -> [String: [String: String]] {
        (phrases[language] ?? [:]).mapValues { chapter in
            chapter.filter { $0.value.parameters.isEmpty }.mapValues { $0.filled { _ in "" } }
        }
    }

    private func template(_ name: String, _ language: Language) -> MessageTemplate? {
        guard let dot = name.firstIndex(of: ".") else { return nil }
        return phrases[language]?[String(name[..<dot])]?[String(name[dot...].dropFirst())]
    }
}

/// One file of phrases.
private struct PhraseFile {
    struct Phrase {
        let template: MessageTemplate
        let position: SourcePosition
    }

    private static let sizeLimit = 262_144
    private static let maximumChapters = 100

    let language: Language
    let name: String
    let chapters: [String: [String: Phrase]]

    /// Nil where the file could not be read, which is reported.
    init?(_ text: String, _ report: ProblemReport) {
        guard let document = Document(text, limit: Self.sizeLimit, report: report),
            let file = MappingReader(
                document.root, as: MappingShape("a file of phrases", required: ["language", "chapters"]), report: report),
            let language = file.choice("language", of: Language.self)
        else { return nil }
        var chapters: [String: [String: Phrase]] = [:]
        for chapter in file.entries("chapters", atMost: Self.maximumChapters) {
            guard let members = chapter.value.members else {
                report.add(at: chapter.value.position, "'\(chapter.key)' must be a mapping, not \(chapter.value.kindName)")
                continue
            }
            for member in members {
                guard let text = member.value.text, !member.value.isNull, !text.isEmpty else {
                    report.add(at: member.value.position, "'\(member.key)' must be a text, not \(member.value.kindName)")
                    continue
                }
                guard let template = try? MessageTemplate(text) else {
                    report.add(at: member.value.position, "a brace without its partner in '\(member.key)'")
                    continue
                }
                chapters[chapter.key, default: [:]][member.key] = Phrase(template: template, position: member.position)
            }
        }
        self.language = language
        self.name = report.file
        self.chapters = chapters
    }

    /// What this file lacks or has otherwise than another one.
    func problems(against other: PhraseFile) -> [Problem] {
        other.chapters.flatMap { chapter, phrases in
            phrases.sorted { $0.key < $1.key }.compactMap { key, phrase in
                guard let own = chapters[chapter]?[key] else {
                    return Problem(
                        file: name, line: 0, column: 0, message: "the phrase \(chapter).\(key) is missing",
                        advice: "\(other.name) has it in line \(phrase.position.line).")
                }
                guard Set(own.template.parameters) == Set(phrase.template.parameters) else {
                    return Problem(
                        file: name, line: own.position.line, column: own.position.column,
                        message: "\(chapter).\(key) has other words in braces than in \(other.name)")
                }
                return nil
            }
        }
    }
}
