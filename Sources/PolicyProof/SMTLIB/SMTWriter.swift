import CEL
import EligibilityPolicy

extension SMTScript {
    /// Puts a script together.
    struct Writer {
        let translation: SMTTranslation
        private var lines: [String] = []
        /// Each term as it is written where it is used.
        private var written: [Int: String] = [:]
        private var texts = TextSorts()

        var text: String { lines.joined(separator: "\n") + "\n" }
        private(set) var free: [String] = []

        private struct RuleTerm {
            let name: String
            let comment: String
            /// As its author wrote it.
            let expression: String
            let strength: Int
            let passes: SMTTerm
        }

        init(_ translation: SMTTranslation) {
            self.translation = translation
            let rules = translation.world.policies.indices.map(rules)
            write(rules[0], rules[1])
        }

        /// What decides on a new request: whether each rule passes, or does not act. A failing evaluation does not pass.
        private func rules(of policy: Int) -> [RuleTerm] {
            let (source, name) = (translation.world.policies[policy], policy == 0 ? "old" : "new")
            let terms = translation.terms
            var rules: [RuleTerm] = []
            for (place, rule) in source.admissionRules.enumerated() where rule.strength > 0 {
                let conditions = [source.requirements[place]] + source.exclusions[place]
                let holds = conditions.map { condition in
                    translation.truth(of: translation.value(of: condition.parsed.root, .init(policy: policy))).yes
                }
                let consequence = ["", "review by one officer", "review by two officers", "rejection"]
                rules.append(
                    RuleTerm(
                        name: SMTScript.symbol("\(name).\(place + 1).\(rule.id.rawValue).passes"),
                        comment: "The rule \(rule.id.rawValue) of the \(name) policy passes, or does not act; else "
                            + "\(consequence[min(rule.strength, 3)]).",
                        expression: rule.expression, strength: rule.strength, passes: terms.any(holds)))
            }
            return rules
        }

        // MARK: The parts of a script

        private mutating func write(_ old: [RuleTerm], _ new: [RuleTerm]) {
            let terms = translation.terms
            let policies = [old, new]
            var laws = translation.laws
            let roots = policies.joined().map(\.passes) + laws.map(\.term)
            laws += translation.textLaws(TextSorts(terms, below: roots).variables)
            let all = policies.joined().map(\.passes) + laws.map(\.term)
            texts = TextSorts(terms, below: all)
            let definitions = define(all)
            free = translation.free + texts.free.map(\.comment)
            writeHeader()
            writeDeclarations()
            for (name, comment) in texts.free {
                lines += [
                    "; Free, since SMT-LIB has no words for it: `\(Self.plain(comment))`", "(declare-const \(name) Bool)",
                ]
            }
            lines += ["", "; Parts that are used more than once."] + definitions
            lines += ["", "; What holds of every request, as the engine makes them."]
            var before = ""
            for (comment, term) in laws {
                if comment != before { lines.append("; \(Self.plain(comment))") }
                before = comment
                lines.append("(assert \(written[term.place] ?? "true"))")
            }
            lines += ["", "; The rules."]
            for (name, rules) in zip(["old", "new"], policies) { writeRules(rules, of: name) }
            writeQuestions()
        }

        private mutating func writeHeader() {
            let policies = translation.world.policies
            lines += [
                "; Is there a request on which the new policy is looser than the old one, or stricter?",
                ";   old: \(Self.plain(policies[0].name + " " + policies[0].version)), digest \(policies[0].digest)",
                ";   new: \(Self.plain(policies[1].name + " " + policies[1].version)), digest \(policies[1].digest)",
                ";",
                "; Run it with: z3 FILE, or cvc5 --incremental FILE. It prints two answers.",
                ";   looser: `unsat` proves that no request has a looser outcome under the new policy; `sat` says that there is one.",
                ";   stricter: the same for stricter outcomes. Two times `unsat` proves that the policies decide alike.",
                ";   `unknown` is no answer.",
                "; Outcomes in their order: 0 approval, 1 review by one officer, 2 review by two, 3 rejection. Rules that only note, and",
                "; rules for other moments than the admission of a request, have no part in it. Reasons do not count.",
                "; Moments are counted in microseconds since 1970; what is worked out of them in \(translation.unit == 1 ? "nanoseconds" : "microseconds").",
                "; Parts whose evaluation fails are written out: a rule whose evaluation fails does not pass.",
            ]
            if translation.world.lacksKinds {
                lines.append(
                    "; More conditions ask how a kind is spelt than there are kinds here: `unsat` is no proof for this file.")
            }
            if free.isEmpty {
                lines.append("; Every expression is understood.")
            } else {
                lines.append(
                    "; Not understood, and free below, so that `sat` need not be a real request (`unsat` is a proof all the same):"
                )
                lines += free.map { ";   `\(Self.plain($0))`" }
            }
            lines += ["(set-logic ALL)", ""]
        }

        private mutating func writeDeclarations() {
            let kinds = translation.world.kinds.indices.map { "(\(SMTScript.kindSymbol($0, in: translation.world)))" }
            lines += [
                "; Kinds of device: those that a policy names, and others that stand for all that none names.",
                "(declare-datatypes ((Kind 0)) ((\(kinds.joined(separator: " ")))))",
                "; What an expression that is not understood comes to: it holds, or it does not, or its evaluation fails.",
                "(declare-datatypes ((Truth 0)) (((holds) (lacks) (fails))))",
                "(declare-datatypes ((EntityKind 0)) (((individual) (organization))))",
                "(declare-datatypes ((Adulthood 0)) (((adult-yes) (adult-no) (adult-unknown))))",
                "; What comparing an attribute of two users gave.",
                "(declare-datatypes ((Comparison 0)) (((is-match) (is-mismatch) (is-missing))))",
                "(declare-datatypes ((Answer 0)) (((us-yes) (us-no) (us-unknown))))",
                "; Texts of which it is only asked whether they are the same.",
                "(declare-sort Text 0)",
                "",
            ]
            for declaration in translation.declarations {
                lines += ["; \(Self.plain(declaration.comment))", "(declare-const \(declaration.symbol) \(declaration.sort))"]
            }
            for variable in texts.variables.sorted(by: { SMTScript.name(of: $0) < SMTScript.name(of: $1) }) {
                let sort = texts.isString(variable) ? "String" : "Text"
                lines += [
                    "; The text \(SMTScript.name(of: variable)).",
                    "(declare-const \(SMTScript.symbol(SMTScript.name(of: variable))) \(sort))",
                ]
            }
            let constants = texts.constants
            for (place, constant) in constants.enumerated() {
                lines += ["; The text '\(Self.plain(constant.text))'.", "(declare-const text.\(place + 1) Text)"]
            }
            if constants.count > 1 {
                lines.append("(assert (distinct \(constants.indices.map { "text.\($0 + 1)" }.joined(separator: " "))))")
            }
        }

        private mutating func writeRules(_ rules: [RuleTerm], of name: String) {
            for rule in rules {
                lines += [
                    "; \(Self.plain(rule.comment))", ";   \(Self.plain(rule.expression))",
                    "(define-fun \(rule.name) () Bool \(written[rule.passes.place] ?? "false"))",
                ]
            }
            var outcome = "0"
            for rule in rules.sorted(by: { $0.strength < $1.strength }) {
                outcome = "(ite \(rule.name) \(outcome) \(rule.strength))"
            }
            lines += [
                "; What the \(name) policy decides: the strictest consequence of a rule that does not pass.",
                "(define-fun \(name).outcome () Int \(outcome))", "",
            ]
        }

        private mutating func writeQuestions() {
            for (name, question) in [("looser", "(< new.outcome old.outcome)"), ("stricter", "(< old.outcome new.outcome)")] {
                lines += ["(echo \"\(name)\")", "(push 1)", "(assert \(question))", "(check-sat)", "(pop 1)"]
            }
        }

        // MARK: Terms

        /// Terms longer than this are given a name.
        private static let longest = 240
        /// Shorter ones are not, however often they are used.
        private static let shortest = 24

        /// Writes everything below some terms, each after what is in it.
        private mutating func define(_ roots: [SMTTerm]) -> [String] {
            let terms = translation.terms
            var uses: [Int: Int] = [:]
            var pending = roots
            while let term = pending.popLast() {
                uses[term.place, default: 0] += 1
                if uses[term.place] == 1 { pending += terms.children(of: term) }
            }
            var definitions: [String] = []
            for place in uses.keys.sorted() {
                let (node, sort) = terms.nodes[place]
                let text: String
                var isNamed = true
                switch node {
                case .atom(let atom): (text, isNamed) = (atom, false)
                case .apply(let name, let parts):
                    text = "(\(name) \(parts.map { written[$0.place] ?? "" }.joined(separator: " ")))"
                case .isText(let variable, let constant): text = texts.isText(variable, constant)
                case .isSame(let one, let other): text = texts.isSame(one, other)
                case .fits(let variable, let pattern): text = texts.fits(variable, pattern)
                }
                let isShared = (uses[place] ?? 0) > 1 && text.utf8.count > Self.shortest
                if isNamed, sort != .other, isShared || text.utf8.count > Self.longest {
                    definitions.append("(define-fun part.\(place) () \(sort.rawValue) \(text))")
                    written[place] = "part.\(place)"
                } else {
                    written[place] = text
                }
            }
            return definitions
        }

        /// On one line, which a comment must not leave.
        private static func plain(_ text: String) -> String {
            var line = ""
            for scalar in text.unicodeScalars {
                line.unicodeScalars.append(
                    scalar.properties.generalCategory == .control || scalar.properties.isWhitespace ? " " : scalar)
            }
            return line
        }
    }
}
