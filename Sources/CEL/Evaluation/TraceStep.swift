/// What one sub-expression came to in one evaluation.
package struct TraceStep: Sendable {
    /// The id of the ``Expression`` within its parsed expression.
    package let expressionID: Int
    /// The name of the named expression that it is part of; nil for the traced one itself.
    package let definition: String?
    /// Byte offsets in the source.
    package let range: Range<Int>
    /// The sub-expression as written.
    package let text: String
    package let result: Result<CELValue, EvaluationError>
}

/// Collects the steps of a traced evaluation, in the order in which they ended.
final class TraceRecorder {
    /// Steps beyond these are dropped: a comprehension over many elements explains itself by the first ones.
    static let capacity = 10_000
    private(set) var steps: [TraceStep] = []

    func append(_ step: TraceStep) {
        if steps.count < Self.capacity { steps.append(step) }
    }
}

/// Records what another node comes to.
final class TraceNode: Node {
    private let inner: Node
    private let id: Int
    private let definition: String?
    private let range: Range<Int>
    private let text: String

    init(_ inner: Node, _ expression: Expression, source: SourceText, definition: String?) {
        self.inner = inner
        id = expression.id
        self.definition = definition
        range = expression.range
        text = source.text(in: expression.range)
        super.init(at: inner.location)
    }

    override func evaluate(_ activation: Activation) throws(EvaluationError) -> CELValue {
        do {
            let value = try inner.evaluate(activation)
            record(.success(value), activation)
            return value
        } catch {
            record(.failure(error), activation)
            throw error
        }
    }

    private func record(_ result: Result<CELValue, EvaluationError>, _ activation: Activation) {
        activation.recorder?.append(
            TraceStep(expressionID: id, definition: definition, range: range, text: text, result: result))
    }
}
