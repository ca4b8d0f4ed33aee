import Canonical
import EligibilityPolicy
import Mustache
import Phrases

/// The pages' templates, compiled once. What a page shows comes as JSON: an object's members are names in the template, null
/// and what is absent is shown by `{{^name}}`.
///
/// - `{{t.CHAPTER.KEY}}` is a phrase in the reader's language; one with parameters is filled in by the handler (`call.say`).
/// - `{{>name}}` is the template `name.mustache`, `{{>form}}` must stand in every form that posts.
/// - What stands in `{{{ }}}` is not escaped: only the layout does that, with the page.
struct PageTemplates: Sendable {
    private let library: MustacheLibrary
    private let names: Set<String>

    /// Throws for a template that cannot be parsed, or names a template or a phrase that is not there.
    init(files: [(name: String, text: String)], phrases: PhraseCatalog) throws(ConsoleFileError) {
        var library = MustacheLibrary()
        let names = Set(files.map(\.name))
        for (name, text) in files {
            try TemplateCheck(name: name, text: text).check(templates: names, phrases: phrases)
            do {
                try library.register(text, named: name)
                // A page's own members come before those that every page has.
                try library.register("{{#page}}" + text + "{{/page}}", named: Self.page(name))
            } catch let error as MustacheTemplate.ParserError {
                throw ConsoleFileError(
                    file: name + ".mustache", line: error.context.lineNumber, problem: "\(error.error)")
            } catch {
                throw ConsoleFileError(file: name + ".mustache", line: 1, problem: "\(error)")
            }
        }
        self.library = library
        self.names = names
    }

    private static let layout = "layout"
    private static func page(_ name: String) -> String { "page." + name }

    /// A whole page.
    /// - Parameters:
    ///   - name: of the template, without its ending.
    ///   - page: what is on it.
    ///   - frame: what every page has.
    ///   - words: phrases by chapter and key.
    func render(_ name: String, _ page: JSONValue, frame: JSONValue, words: [String: Any]) throws(ConsoleFileError) -> String {
        var root = TemplateValue.members(frame)
        root["t"] = words
        root["content"] = try renderPart(name, page, frame: frame, words: words)
        return library.render(root, withTemplate: Self.layout) ?? ""
    }

    /// What is on a page, without its frame.
    func renderPart(_ name: String, _ page: JSONValue, frame: JSONValue, words: [String: Any]) throws(ConsoleFileError) -> String
    {
        guard names.contains(name) else {
            throw ConsoleFileError(file: name + ".mustache", line: 1, problem: "there is no such template")
        }
        var root = TemplateValue.members(frame)
        root["t"] = words
        root["page"] = TemplateValue.of(page)
        return library.render(root, withTemplate: Self.page(name)) ?? ""
    }
}

/// JSON as the template library reads it.
enum TemplateValue {
    static func members(_ value: JSONValue) -> [String: Any] {
        var members: [String: Any] = [:]
        for (name, value) in value.objectValue?.members ?? [] {
            guard let value = of(value) else { continue }
            members[name] = value
        }
        return members
    }

    /// What a page shows as white space, and forms of several lines need.
    private static let kept: Set<Unicode.Scalar> = ["\n", "\r", "\t"]

    /// Every text passes through here on its way to a page: what acts on the reader's display is written out.
    static func of(_ value: JSONValue) -> Any? {
        switch value {
        case .null: nil
        case .bool(let flag): flag
        case .integer(let number): number
        case .number(let number): number
        case .string(let text): text.withVisibleControls(keeping: kept).separated
        case .array(let elements): elements.compactMap(of)
        case .object: members(value)
        }
    }
}

extension String {
    /// The same text, in which no mark combines with a character that means something in HTML: the library escapes whole
    /// characters as Swift has them, and `"` with an accent is not `"`.
    fileprivate var separated: String {
        guard unicodeScalars.contains(where: { Self.meaningful.contains($0) }),
            contains(where: { $0.unicodeScalars.count > 1 && Self.meaningful.contains($0.unicodeScalars.first ?? " ") })
        else { return self }
        var text = ""
        for character in self {
            if let first = character.unicodeScalars.first, character.unicodeScalars.count > 1, Self.meaningful.contains(first) {
                text.unicodeScalars.append(first)
                text.unicodeScalars.append(Self.space)
                text.unicodeScalars.append(contentsOf: character.unicodeScalars.dropFirst())
            } else {
                text.append(character)
            }
        }
        return text
    }

    private static let meaningful: Set<Unicode.Scalar> = ["<", ">", "&", "\"", "'"]
    /// ZERO WIDTH SPACE: nothing combines with it.
    private static let space: Unicode.Scalar = "\u{200B}"
}
