/// How much work a question may be: counted, not timed, so that an answer does not depend on the machine.
package struct ProofLimits: Sendable {
    /// Paths that are followed for one question.
    package var paths = 40_000
    /// Evaluations of sub-expressions, and inequalities looked at, for one question.
    package var steps = 12_000_000
    /// Facts tried for a witness where the proof is open.
    package var samples = 6_000
    /// Facts tried near those of one path.
    package var variations = 1_000
    /// Paths for the question whether two rules mean the same.
    package var pathsForRules = 2_000

    package init() {}
}
