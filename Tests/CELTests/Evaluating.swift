import CEL
import Foundation

/// What an expression over no variables comes to; the error's text where it has no value.
func evaluated(_ source: String, _ limits: Limits = .default) -> Result<CELValue, EvaluationError> {
    evaluated(source, in: Environment(variables: [], limits: limits))
}

/// What an expression comes to, types unchecked, so that every error is one of evaluation.
func evaluated(
    _ source: String, in environment: Environment, with values: [String: CELValue] = [:]
) -> Result<CELValue, EvaluationError> {
    do {
        let program = Program(try environment.checkLeniently(environment.parse(source)), in: environment)
        let activation = Activation(environment.slots)
        for (path, value) in values {
            if let slot = environment.slots.slot(for: [path]) { activation[slot] = value }
        }
        return .success(try program.evaluate(activation))
    } catch let error as EvaluationError {
        return .failure(error)
    } catch {
        return .failure(EvaluationError(.limitExceeded, "refused: \(error)"))
    }
}

extension Result where Success == CELValue, Failure == EvaluationError {
    var value: CELValue? { try? get() }

    var code: EvaluationError.Code? { if case .failure(let error) = self { error.code } else { nil } }
}

/// Runs work on a thread with as little stack as Swift's cooperative pool gives.
func onSmallStack<Value: Sendable>(_ work: @escaping @Sendable () -> Value) async -> Value {
    await onThread(stackSize: 512 << 10, work)
}

func onThread<Value: Sendable>(stackSize: Int, _ work: @escaping @Sendable () -> Value) async -> Value {
    await withCheckedContinuation { continuation in
        let thread = Thread { continuation.resume(returning: work()) }
        thread.stackSize = stackSize
        thread.start()
    }
}
