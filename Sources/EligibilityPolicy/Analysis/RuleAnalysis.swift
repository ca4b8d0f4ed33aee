import CEL

/// Says of a rule's expression what holds whatever the facts.
///
/// What it claims is so: it follows the operators `&&`, `||`, `!`, `?:` and comparisons with known values, and tries every
/// combination of what a fact of few values may be (flags, `entityKind`, comparisons of identity, the kind of the device
/// with level and properties as the catalogue has them), of whole numbers by their ranges, and true and false for every
/// other condition. What it does not see: that two conditions on numbers, times or texts depend on each other (that
/// `sharedWith < 3` and `sharedWith > 5` exclude each other), and what goes on inside macros and functions. A failing
/// evaluation counts as neither true nor false here.
struct RuleAnalysis: Sendable {
    let catalog: DeviceCatalog
    let schema: FactSchema
    let constants: [String: CELValue]
    let definitions: [String: CheckedExpression]
    /// What all questions about one policy may take together: names that are defined by each other unfold without end, and each
    /// pair of rules is a question of its own.
    let budget = AnalysisBudget(steps: 2_000_000)

    /// Combinations tried for one question; beyond them nothing is claimed.
    static let maximumCombinations = 20_000

    enum Verdict: Hashable {
        case alwaysTrue, alwaysFalse
        /// On the facts, or that could not be told.
        case depends
    }

    func verdict(on expression: Expression) -> Verdict {
        var seen: Set<Bool> = []
        let isComplete = explore { (reader: AbstractReader) throws(AbstractReader.Unknown) -> Bool in
            seen.insert(try reader.condition(expression))
            return seen.count < 2
        }
        guard isComplete, seen.count == 1, let only = seen.first else { return .depends }
        return only ? .alwaysTrue : .alwaysFalse
    }

    /// Whether the two are true and false together whatever the facts.
    func areEquivalent(_ one: Expression, _ other: Expression) -> Bool {
        var isEqual = true
        let isComplete = explore { (reader: AbstractReader) throws(AbstractReader.Unknown) -> Bool in
            isEqual = try reader.condition(one) == reader.condition(other)
            return isEqual
        }
        return isComplete && isEqual
    }

    /// Tries all combinations of what is not known, each found when it is first needed. `visit` says whether to go on.
    /// False where it stopped, or there were too many.
    private func explore(_ visit: (AbstractReader) throws(AbstractReader.Unknown) -> Bool) -> Bool {
        var open: [[String: AbstractValue]] = [[:]]
        var tried = 0
        while let assumptions = open.popLast() {
            tried += 1
            guard tried <= Self.maximumCombinations, !budget.isSpent else { return false }
            do throws(AbstractReader.Unknown) {
                guard try visit(AbstractReader(analysis: self, assumptions: assumptions)) else { return false }
            } catch {
                for value in error.values { open.append(assumptions.merging([error.key: value]) { $1 }) }
            }
        }
        return !budget.isSpent
    }
}
