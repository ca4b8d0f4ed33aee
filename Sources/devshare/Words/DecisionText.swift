import Canonical
import DeviceSharing
import EligibilityPolicy

/// A decision in words: what every rule said.
struct DecisionText {
    let decision: Decision
    /// The policy that decided; nil where its text is not at hand, and then rules go by their ids.
    let policy: Policy?
    let words: Words

    /// A paragraph for each rule that did not pass, and one for all that did.
    func lines(indent: String) -> [String] {
        var lines: [String] = []
        for reason in decision.reasons {
            let mark = reason.consequence == .reject ? Terminal.styled("✗", .red) : Terminal.styled("!", .yellow)
            let verb = reason.consequence == .reject ? "rejects" : "holds"
            var text = "\(title(of: reason.rule)): \(verb), \(reason.code.rawValue). \(words.message(reason.error))"
            if let failure = reason.evaluationFailure { text += " (The rule could not be evaluated: \(failure).)" }
            lines.append(marked(mark, text, indent))
        }
        let passed = decision.rulings.filter(\.passed).map { title(of: $0.rule) }
        if !passed.isEmpty {
            lines.append(marked(Terminal.styled("✓", .green), passed.joined(separator: "; ") + ".", indent, .dim))
        }
        return lines
    }

    private func marked(_ mark: String, _ text: String, _ indent: String, _ style: Terminal.Style? = nil) -> String {
        let lines = text.wrapped(to: Terminal.width - indent.count - 2).split(separator: "\n")
            .map { line in style.map { Terminal.styled(String(line), $0) } ?? String(line) }
        return indent + mark + " " + lines.joined(separator: "\n\(indent)  ")
    }

    private func title(of rule: RuleID) -> String {
        policy?.rules.first { $0.id == rule }.map(words.title) ?? rule.rawValue
    }
}
