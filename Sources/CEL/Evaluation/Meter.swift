/// Counts what one evaluation does against the limits, so that a hostile expression ends with an error.
///
/// Plain operations are not counted: the height and size of an expression bound them. Comprehensions and functions that
/// read or make strings, lists and maps are.
final class Meter {
    private var limits: Limits
    private(set) var steps = 0
    private(set) var iterations = 0

    init(_ limits: Limits = .default) {
        self.limits = limits
    }

    @inline(__always)
    func reset(_ plan: Plan) {
        steps = 0
        iterations = 0
        limits = plan.environment.limits
    }

    func charge(_ count: Int) throws(EvaluationError) {
        steps += count
        guard steps <= limits.evaluationSteps else { throw exceeded("more than \(limits.evaluationSteps) steps") }
    }

    /// Bytes or elements that a function reads or writes: a step for each 16.
    func chargeSize(_ count: Int) throws(EvaluationError) { try charge(count / 16) }

    /// One round of a comprehension whose body has this many nodes.
    func chargeIteration(_ nodes: Int) throws(EvaluationError) {
        iterations += 1
        guard iterations <= limits.comprehensionIterations else {
            throw exceeded("more than \(limits.comprehensionIterations) iterations of comprehensions")
        }
        try charge(nodes)
    }

    /// A string or bytes value of this many bytes is about to be made.
    func chargeText(_ size: Int) throws(EvaluationError) {
        try checkText(size)
        try chargeSize(size)
    }

    /// For a text that is charged while it grows.
    func checkText(_ size: Int) throws(EvaluationError) {
        guard size <= limits.stringSize else {
            throw exceeded("a text of \(size) bytes; at most \(limits.stringSize) are allowed")
        }
    }

    /// A list or map of this many elements is about to be made.
    func chargeCollection(_ count: Int) throws(EvaluationError) {
        guard count <= limits.collectionSize else {
            throw exceeded("a collection of \(count) elements; at most \(limits.collectionSize) are allowed")
        }
        try chargeSize(count)
    }

    var regexLimits: RegexLimits { RegexLimits(limits) }

    private func exceeded(_ what: String) -> EvaluationError { EvaluationError(.limitExceeded, "the evaluation needs \(what)") }
}
