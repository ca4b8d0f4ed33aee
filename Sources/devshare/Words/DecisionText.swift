import EligibilityPolicy
import SharingAudit
import SharingEngine

/// A decision in words: what every rule said.
struct DecisionText {
    let decision: Decision
    /// The policy that decided; nil where its text is not at hand, and then rules go by their ids.
    let policy: Policy?
    let teller: StoryTeller

    /// A paragraph for each rule that did not pass, and one for all that did.
    func lines(indent: String) -> [String] {
        var lines = (decision.reasons + decision.notes).flatMap { reason in
            let mark =
                switch reason.consequence {
                case .reject: Terminal.styled("✗", .red)
                case .review: Terminal.styled("!", .yellow)
                case .note: Terminal.styled("·", .dim)
                }
            return marked(mark, teller.sentence(of: reason, under: policy), indent)
        }
        if decision.rulings.contains(where: \.passed) {
            lines += marked(Terminal.styled("✓", .green), teller.passed(in: decision, under: policy), indent, .dim)
        }
        return lines
    }

    private func marked(_ mark: String, _ text: String, _ indent: String, _ style: Terminal.Style? = nil) -> [String] {
        let lines = text.wrapped(to: Terminal.width - indent.count - 2).map { line in
            style.map { Terminal.styled(line, $0) } ?? line
        }
        return lines.enumerated().map { number, line in indent + (number == 0 ? mark + " " : "  ") + line }
    }
}
