/// What an expression may ask for. What exceeds a limit is refused with an error that names the limit.
package struct Limits: Hashable, Sendable {
    /// Bytes of UTF-8 in one expression.
    package var expressionSize = 65_536
    /// Brackets, parentheses, calls and conditionals within each other.
    package var nestingDepth = 64
    /// Height of the syntax tree, which a chain of operators or selections also makes higher, and of the
    /// chain of local names that are defined by each other.
    package var treeHeight = 200
    /// Elements of one list literal, entries of one map literal, arguments of one call.
    package var literalSize = 10_000
    /// Worst-case cost that the checker lets pass, in steps.
    package var worstCaseCost: UInt64 = .max
    /// Elements that the checker assumes in a list or map, and bytes in a string, of which it knows nothing.
    package var assumedSize: UInt64 = 100
    /// Iterations of all comprehensions of one evaluation together.
    package var comprehensionIterations = 1_000_000
    /// Steps of one evaluation: evaluated sub-expressions in comprehensions, and 1 for every 16 bytes or
    /// elements that a function reads or writes.
    package var evaluationSteps = 20_000_000
    /// Bytes of the text of a regular expression.
    package var regexSize = 1_000
    /// Instructions of a compiled regular expression; repetitions multiply them.
    package var regexProgramSize = 10_000
    /// Bytes of a string or bytes value that an evaluation makes.
    package var stringSize = 1_048_576
    /// Elements of a list or map that an evaluation makes.
    package var collectionSize = 1_000_000

    package static let `default` = Limits()

    package init() {}
}
