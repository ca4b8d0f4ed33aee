/// Returns the result of `operation`, or throws `timeoutError` after `limit`.
///
/// The operation is then cancelled, and not waited for: it may block, or ignore cancellation.
package func withTimeout<Value: Sendable>(
    _ limit: Duration, throwing timeoutError: EngineError, _ operation: @Sendable @escaping () async throws -> Value
) async throws -> Value {
    let (answers, answer) = AsyncStream.makeStream(of: Result<Value, any Error>.self)
    let asking = Task {
        do { answer.yield(.success(try await operation())) } catch { answer.yield(.failure(error)) }
    }
    let alarm = Task {
        try await Task.sleep(for: limit)
        answer.yield(.failure(timeoutError))
    }
    defer {
        asking.cancel()
        alarm.cancel()
    }
    for await answer in answers { return try answer.get() }
    throw CancellationError()
}
