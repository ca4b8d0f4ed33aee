import EligibilityPolicy
import Phrases

/// Holds a template against what it names: the library shows nothing for a name that it does not know.
struct TemplateCheck {
    let name: String
    let text: String

    /// Throws what is wrong first.
    func check(templates: Set<String>, phrases: PhraseCatalog) throws(ConsoleFileError) {
        var form: (line: Int, hasToken: Bool)?
        for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            for tag in line.matches(of: /\{\{\{?([#^\/>&]?)\s*([A-Za-z0-9._?-]+)\s*\}?\}\}/) {
                let (kind, named) = (String(tag.output.1), String(tag.output.2))
                if kind == ">", !templates.contains(named) { throw error(number, "there is no template \(named)") }
                if named.hasPrefix("t."), kind != ">" { try check(phrase: String(named.dropFirst(2)), phrases, number) }
                if kind == ">", named == "form" { form?.hasToken = true }
            }
            if line.contains("{{{"), !(name == "layout" && line.contains("{{{content}}}")) {
                throw error(number, "{{{ }}} is not escaped")
            }
            if line.contains("<form"), line.contains("method=\"post\"") { form = (number, line.contains("{{>form}}")) }
            if line.contains("</form>"), let open = form {
                guard open.hasToken else { throw error(open.line, "a form that posts needs {{>form}}") }
                form = nil
            }
            if line.contains(" style=\"") || line.contains("<style") || line.contains(" onclick=") {
                throw error(number, "styles and scripts stand in assets: the pages' policy forbids them here")
            }
        }
    }

    private func check(phrase: String, _ phrases: PhraseCatalog, _ number: Int) throws(ConsoleFileError) {
        guard let parameters = phrases.parameters(of: phrase) else { throw error(number, "there is no phrase \(phrase)") }
        guard parameters.isEmpty else { throw error(number, "the phrase \(phrase) has words to fill in") }
    }

    private func error(_ number: Int, _ problem: String) -> ConsoleFileError {
        ConsoleFileError(file: name + ".mustache", line: number + 1, problem: problem)
    }
}
