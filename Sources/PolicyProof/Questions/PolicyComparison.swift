import EligibilityPolicy

/// How what a new policy decides compares with what an old one does, over all facts.
///
/// Outcomes are ordered: approval, review by one officer, review by two, rejection. Reasons do not count: where all outcomes are
/// the same, the policies are ``Verdict/equal``, and ``reasons`` holds facts on which the client would hear other reasons.
package struct PolicyComparison: Sendable {
    package enum Verdict: String, CaseIterable, Hashable, Sendable {
        /// Every request has the same outcome.
        case equal
        /// Some requests have a stricter outcome, none a looser one.
        case stricter
        /// Some requests have a looser outcome, none a stricter one.
        case looser
        /// Some requests have a stricter outcome, others a looser one.
        case both
        /// That could not be found out. Witnesses that were found are real all the same.
        case undecided
    }

    package enum Direction: String, CaseIterable, Hashable, Sendable {
        case looser, stricter
    }

    /// What is known of one direction.
    package enum Finding: String, Hashable, Sendable {
        case shown, excluded, undecided
    }

    /// Facts on which the two decide differently, as plain as they can be without the outcomes' changing. Both decisions are the
    /// policies' own.
    package struct Witness: Sendable {
        package let facts: Facts
        package let old: Decision
        package let new: Decision
        /// How the facts differ from those of a plain request, in words.
        package let words: [String]

        package var direction: Direction? {
            let (before, after) = (old.severity, new.severity)
            return before == after ? nil : before < after ? .stricter : .looser
        }
    }

    package let verdict: Verdict
    package let findings: [Direction: Finding]
    /// One for each pair of outcomes that was found, the looser ones first.
    package let witnesses: [Witness]
    /// Facts on which outcomes are the same, and reasons are not. Searched for only where the verdict is equal.
    package let reasons: Witness?
    /// Why something is undecided: expressions outside what is understood, or that there are too many cases.
    package let obstacles: [String]
}

extension Decision {
    /// Higher is stricter: approval, review by one, review by two, rejection.
    package var severity: Int {
        switch outcome {
        case .approve: 0
        case .review: max(1, approvalsRequired)
        case .reject: 3
        }
    }
}
