import BundledFiles
import EligibilityPolicy
import Phrases
import PolicyProof

/// What authors of policies read of cases, checks, comparisons and explanations, in their language. In English, outcomes are spelt as
/// policies and cases spell them.
struct AuthorWords: Sendable {
    let words: Words
    private let phrases: PhraseCatalog
    /// For the names of what a change of a policy changes; nil in English, which the changes have themselves.
    private let console: PhraseCatalog?

    var language: Language { words.language }

    /// Throws `messages-invalid`, and `files-missing` where the program's texts are not beside it.
    init(_ language: Language, policy: Policy? = nil) throws {
        words = try Words(language, policy: policy)
        phrases = try Self.phrases("policy.")
        console = language == .english ? nil : try Self.phrases("console.")
    }

    private static func phrases(_ prefix: String) throws -> PhraseCatalog {
        try PhraseCatalog.load(texts: BundledFiles.texts(in: .texts, suffix: ".yaml").filter { $0.name.hasPrefix(prefix) })
    }

    func say(_ phrase: PolicyPhrase, _ parameters: [String: String] = [:]) -> String {
        phrases.text(phrase.rawValue, parameters, in: language) ?? phrase.rawValue
    }

    func name(_ outcome: Outcome) -> String { language == .english ? outcome.rawValue : words.name(outcome) }

    func name(_ consequence: Consequence) -> String {
        language == .english ? consequence.rawValue : words.name(consequence)
    }

    /// The outcome, with the rules that led to it.
    func summary(_ decision: Decision) -> String {
        let name = name(decision.outcome)
        let outcome =
            decision.approvalsRequired > 1
            ? say(.byOfficers, ["outcome": name, "count": String(decision.approvalsRequired)]) : name
        return decision.reasons.isEmpty
            ? outcome : "\(outcome) (\(decision.reasons.map(\.rule.rawValue).joined(separator: ", ")))"
    }

    /// An expression or a name with its value.
    func value(_ text: String, _ value: String) -> String { say(.value, ["text": text, "value": value]) }

    /// A rule by its id, with what is so where it passes; why it does not act, where it does not.
    func heading(of rule: RuleExplanation) -> String {
        let title = rule.exclusion.map { say(.explainedExclusion, ["why": $0.description]) } ?? words.title(rule.rule)
        return "\(rule.ruling.passed ? "✓" : "✗") \(rule.rule.id): \(title)"
    }

    /// What follows from a rule that did not pass, and with which error; nil where it passed.
    func reason(of rule: RuleExplanation) -> String? {
        rule.ruling.reason.map { reason in
            say(
                .explainedRule,
                [
                    "consequence": name(reason.consequence), "code": reason.code.rawValue,
                    "message": words.message(StatedReason(reason)),
                ])
        }
    }

    /// Why a rule could not be evaluated; nil where it was.
    func failure(of rule: RuleExplanation) -> String? {
        (rule.ruling.reason?.evaluationFailure).map { say(.explainedFailure, ["error": $0]) }
    }

    /// What a rule looked at, a line for each part.
    func steps(of rule: RuleExplanation) -> [(text: String, isFailure: Bool)] {
        rule.steps.map { step in
            (String(repeating: "  ", count: step.depth + 2) + value(step.text, step.value), step.isFailure)
        }
    }

    /// What no case covers.
    func sentence(_ gap: PolicyCoverage.Gap) -> String {
        guard let condition = gap.condition else {
            return say(gap.value ? .notCoveredPasses : .notCoveredFails, ["rule": gap.rule.rawValue])
        }
        return say(
            .notCoveredCondition, ["rule": gap.rule.rawValue, "condition": condition, "value": String(gap.value)])
    }

    // MARK: Checks

    /// A warning of `policy check`. In English it says more: which part of a rule it is.
    func message(_ finding: PolicyFinding) -> String {
        guard language != .english else { return finding.message }
        let phrase: PolicyPhrase =
            switch finding.kind {
            case .nothingPasses: .nothingPasses
            case .neverFails: .neverFails
            case .neverPasses: .neverPasses
            case .same: .sameRules
            case .implied: .impliedRule
            case .masked: .maskedRule
            case .neverDecides: .neverDecides
            case .unusedConstant: .unusedConstant
            case .unusedVariable: .unusedVariable
            case .lapsed: .lapsed
            case .ruleEnded: .ruleEnded
            case .exemptionEnded: .exemptionEnded
            case .untrueParameter: .untrueParameter
            case .untrueTitle: .untrueTitle
            }
        let others = finding.others.map { "'\($0)'" }.joined(separator: ", ")
        return say(phrase, ["subject": finding.subject, "others": others])
    }

    /// A warning of an invariant that is not kept, or not proved to be; nil for one that is kept.
    func message(_ proof: InvariantProof) -> String? {
        var parameters = ["invariant": proof.invariant.id, "title": proof.invariant.title[language]]
        switch proof.result {
        case .kept: return nil
        case .undecided: return say(.invariantUndecided, parameters)
        case .broken(_, let decision, let facts):
            parameters["decision"] = summary(decision)
            parameters["facts"] = facts.joined(separator: ", and ")
            return say(.invariantBroken, parameters)
        }
    }

    // MARK: Comparisons

    /// The verdict as a sentence.
    func sentence(_ comparison: PolicyComparison) -> String {
        switch comparison.verdict {
        case .equal where comparison.reasons != nil: say(.equalForOtherReasons)
        case .equal: say(.equal)
        case .stricter: say(.stricter)
        case .looser: say(.looser)
        case .both: say(.both)
        case .undecided:
            PolicyComparison.Direction.allCases.map { direction in
                switch comparison.findings[direction] ?? .undecided {
                case .shown: say(direction == .looser ? .someLooser : .someStricter)
                case .excluded: say(direction == .looser ? .noneLooser : .noneStricter)
                case .undecided: say(direction == .looser ? .openLooser : .openStricter)
                }
            }.joined(separator: "; ")
        }
    }

    /// What changed, and a line for each detail.
    func lines(_ change: PolicyChange) -> [String] {
        guard let console else { return change.lines }
        func name(_ phrase: String, _ otherwise: String) -> String { console.text(phrase, in: language) ?? otherwise }
        let subject = [name("policy-part.\(change.part)", change.part.rawValue), change.id].filter { !$0.isEmpty }
        let heading = name("policy-change.\(change.kind.rawValue)", change.kind.rawValue) + "  " + subject.joined(separator: " ")
        return [heading]
            + change.details.map { detail in
                let aspect = name("policy-aspect.\(detail.aspect)", detail.aspect.rawValue)
                let what = [aspect, detail.name].filter { !$0.isEmpty }.joined(separator: " ")
                return detail.aspect == .order ? "    \(what): \(detail.new)" : "    \(what): \(detail.old) → \(detail.new)"
            }
    }
}
