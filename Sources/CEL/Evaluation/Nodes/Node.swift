/// A step of a program. Each kind of operation is a subclass; one that knows its type overrides the typed entry too, so
/// that its parents work on plain numbers and flags. Nodes never change: all that changes during an evaluation is in the
/// activation.
class Node {
    /// What a message about a failure here points at.
    final let location: SourceLocation

    init(at location: SourceLocation) {
        self.location = location
    }

    /// The node's value. Abstract: every subclass has its own.
    func evaluate(_ activation: Activation) throws(EvaluationError) -> CELValue {
        // A class, for its one jump a call, cannot demand it of its subclasses. The planner makes no plain `Node`, so no
        // expression leads here, only a subclass that forgot its own.
        preconditionFailure("\(Self.self) does not say how it is evaluated")
    }

    func bool(_ activation: Activation) throws(EvaluationError) -> Bool {
        let value = try evaluate(activation)
        guard case .bool(let flag) = value else { throw mismatch(value, "bool") }
        return flag
    }

    func int(_ activation: Activation) throws(EvaluationError) -> Int64 {
        let value = try evaluate(activation)
        guard case .int(let number) = value else { throw mismatch(value, "int") }
        return number
    }

    func double(_ activation: Activation) throws(EvaluationError) -> Double {
        let value = try evaluate(activation)
        guard case .double(let number) = value else { throw mismatch(value, "double") }
        return number
    }

    func timestamp(_ activation: Activation) throws(EvaluationError) -> CELTimestamp {
        let value = try evaluate(activation)
        guard case .timestamp(let moment) = value else { throw mismatch(value, "timestamp") }
        return moment
    }

    func duration(_ activation: Activation) throws(EvaluationError) -> CELDuration {
        let value = try evaluate(activation)
        guard case .duration(let span) = value else { throw mismatch(value, "duration") }
        return span
    }

    func string(_ activation: Activation) throws(EvaluationError) -> String {
        let value = try evaluate(activation)
        guard case .string(let text) = value else { throw mismatch(value, "string") }
        return text
    }

    final func mismatch(_ value: CELValue, _ wanted: String) -> EvaluationError {
        EvaluationError(.noMatchingOverload, "no matching overload: needs \(wanted), not \(value.type)").located(at: location)
    }
}
