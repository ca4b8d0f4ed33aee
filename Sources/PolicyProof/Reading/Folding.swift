import CEL
import Synchronization

/// Works out operations on known values, by the evaluator of expressions itself.
final class Folding: Sendable {
    static let shared = Folding()

    /// Constants only; nothing here looks at facts.
    private let environment = Environment(variables: [])
    private let results = Mutex<[[UInt8]: Value]>([:])
    /// Results that are remembered.
    private static let maximumResults = 10_000

    func binary(_ operation: BinaryOperator, _ left: Value, _ right: Value) -> Value? {
        guard case .known(let one) = left, case .known(let other) = right else { return nil }
        return value(of: "\(one.literal) \(operation.rawValue) \(other.literal)")
    }

    func flag(_ operation: BinaryOperator, _ left: Value, _ right: Value) -> Bool? {
        guard case .known(.bool(let flag)) = binary(operation, left, right) else { return nil }
        return flag
    }

    /// A function on known values; nil where it has none that fits.
    func call(_ name: String, target: CELValue?, _ arguments: [CELValue]) -> Value? {
        let list = arguments.map(\.literal).joined(separator: ", ")
        return value(of: target.map { "(\($0.literal)).\(name)(\(list))" } ?? "\(name)(\(list))")
    }

    private func value(of source: String) -> Value? {
        // By bytes: texts that only look alike are different texts.
        let key = Array(source.utf8)
        if let known = results.withLock({ $0[key] }) { return known }
        guard source.utf8.count < 4_000, let program = try? environment.compile(source) else { return nil }
        let value: Value
        do throws(EvaluationError) {
            value = .known(try program.evaluate(Activation(environment.slots)))
        } catch {
            value = .failure
        }
        results.withLock { if $0.count < Self.maximumResults { $0[key] = value } }
        return value
    }
}

extension CELValue {
    /// As an operand of an operator.
    fileprivate var literal: String {
        switch self {
        case .int(let number) where number < 0: "(\(number))"
        case .double(let number) where number < 0: "(\(self))"
        default: description
        }
    }
}
