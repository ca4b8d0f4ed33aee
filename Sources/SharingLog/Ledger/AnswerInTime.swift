/// Waits so long for an answer. What is asked may block, or be deaf to cancellation: where its answer comes too late it goes on
/// by itself, and only who waits for it gives up.
///
/// - Parameter late: thrown where there is no answer in time.
package func answer<Value: Sendable>(
    within limit: Duration, orThrow late: EngineError, _ ask: @Sendable @escaping () async throws -> Value
) async throws -> Value {
    let (answers, answer) = AsyncStream.makeStream(of: Result<Value, any Error>.self)
    let asking = Task {
        do { answer.yield(.success(try await ask())) } catch { answer.yield(.failure(error)) }
    }
    let alarm = Task {
        try await Task.sleep(for: limit)
        answer.yield(.failure(late))
    }
    defer {
        asking.cancel()
        alarm.cancel()
    }
    for await answer in answers { return try answer.get() }
    throw CancellationError()
}
