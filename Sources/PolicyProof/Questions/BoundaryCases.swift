import EligibilityPolicy

/// Cases that find out faults which the cases of a policy do not find out yet: the facts of a ``MutationReport``'s witnesses, with
/// what the policy says of them. Whether that is what it should say is for an officer to confirm.
///
/// ```swift
/// let suggested = BoundaryCases(MutationReport(policy, cases: suite), of: policy, beside: suite)
/// file + suggested.text     // a file of cases from which no fault of `suggested` gets away
/// suggested.open            // faults for which no facts were found
/// ```
package struct BoundaryCases: Sendable {
    package struct Suggestion: Sendable {
        package let testCase: PolicyTestCase
        /// The faults that it finds out; one at least.
        package fileprivate(set) var mutants: [PolicyMutant]
        /// As it is appended to a file of cases, with comments.
        package fileprivate(set) var text: String
    }

    package private(set) var suggestions: [Suggestion] = []
    /// Faults for which there are no facts that the policy and the fault are known to decide differently on.
    package private(set) var open: [PolicyMutant] = []

    private let policy: Policy
    private let suite: PolicyTestSuite
    private let writer: CaseWriter
    /// What the words for facts say the difference from.
    private let plain: Facts
    private var ids: Set<String>

    package init(_ report: MutationReport, of policy: Policy, beside suite: PolicyTestSuite) {
        self.policy = policy
        self.suite = suite
        writer = CaseWriter(suite)
        plain = suite.plain ?? FactsSampler(seed: 1, policies: [policy]).plain
        ids = Set(suite.cases.map(\.id))
        for (mutant, comparison) in report.survivors {
            if let place = suggestions.firstIndex(where: { !$0.testCase.run(on: mutant.policy).passed }) {
                suggestions[place].mutants.append(mutant)
            } else if let suggestion = suggestion(for: mutant, comparison) {
                suggestions.append(suggestion)
            } else {
                open.append(mutant)
            }
        }
        for place in suggestions.indices {
            let suggestion = suggestions[place]
            suggestions[place].text = text(of: suggestion.testCase.facts, suggestion.testCase.id, suggestion.mutants)
        }
    }

    /// What is appended to the file of cases; empty where nothing is suggested. It begins with a line break, since the file may end
    /// without one.
    package var text: String {
        suggestions.isEmpty ? "" : suggestions.map { "\n" + $0.text }.joined()
    }

    private mutating func suggestion(for mutant: PolicyMutant, _ comparison: PolicyComparison) -> Suggestion? {
        let id = freeID(for: mutant.subject)
        for witness in comparison.witnesses + (comparison.reasons.map { [$0] } ?? []) {
            let facts = simple(witness.facts, mutant)
            let text = text(of: facts, id, [mutant])
            // What is written must be what is meant: read back, it passes, and fails where the fault is.
            guard let cases = try? suite.reading(text), let testCase = cases.first, cases.count == 1, testCase.facts == facts,
                testCase.run(on: policy).passed, !testCase.run(on: mutant.policy).passed
            else { continue }
            ids.insert(id)
            return Suggestion(testCase: testCase, mutants: [mutant], text: text)
        }
        return nil
    }

    /// The facts made like those that the file's cases begin from, as far as the fault still shows, and shows as much: in the
    /// outcome where it did.
    private func simple(_ facts: Facts, _ mutant: PolicyMutant) -> Facts {
        let showsInOutcome = policy.evaluate(facts).severity != mutant.policy.evaluate(facts).severity
        return FactsSimplifier(plain: plain).simplify(facts) { facts in
            guard FactLaws.hold(for: facts) else { return false }
            let (one, other) = (policy.evaluate(facts), mutant.policy.evaluate(facts))
            // No case can tell failed evaluations apart.
            return showsInOutcome
                ? one.severity != other.severity : !PolicyTestCase.Expectation(one).differences(from: other).isEmpty
        }
    }

    private func text(of facts: Facts, _ id: String, _ mutants: [PolicyMutant]) -> String {
        let shown = mutants.prefix(3).map { "Finds out the fault \($0)" }
        let rest = mutants.count > 3 ? ["and \(mutants.count - 3) more."] : []
        let words = FactsInWords(plain: plain).words(for: facts).joined(separator: ", and ")
        return writer.text(
            id: id,
            comments: ["TO BE CONFIRMED by an officer: this is what the policy says, be it right or wrong."] + shown + rest,
            about: words.prefix(1).uppercased() + words.dropFirst() + ".", facts: facts, decision: policy.evaluate(facts))
    }

    /// Of the rule, constant or variable that has the fault: `boundary-device-minimum-age-2`.
    private func freeID(for subject: String) -> String {
        var words = "boundary-"
        for character in subject {
            if character.isUppercase, words.last != "-" { words += "-" }
            words += character.isASCII && (character.isLetter || character.isNumber) ? character.lowercased() : "-"
        }
        let parts = words.split(separator: "-").joined(separator: "-").prefix(52).split(separator: "-")
        let name = parts.joined(separator: "-")
        guard ids.contains(name) else { return name }
        var number = 2
        while ids.contains("\(name)-\(number)") { number += 1 }
        return "\(name)-\(number)"
    }
}
