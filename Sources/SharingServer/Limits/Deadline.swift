/// What had to be done was not done in time.
struct DeadlinePassed: Error {}

/// Runs `body`, and cancels it when its time is up: then throws `DeadlinePassed`, unless it came to an end all the same.
func withDeadline<Value: Sendable>(
    _ time: Duration, _ body: @Sendable @escaping () async throws -> Value
) async throws -> Value {
    try await withThrowingTaskGroup(of: Value?.self) { group in
        group.addTask { try await body() }
        group.addTask {
            // Cancelled when the body has ended.
            try? await Task.sleep(for: time)
            return nil
        }
        defer { group.cancelAll() }
        guard let first = try await group.next() else { throw DeadlinePassed() }
        if let value = first { return value }
        group.cancelAll()
        do {
            if let last = try await group.next(), let value = last { return value }
        } catch is CancellationError {
            throw DeadlinePassed()
        } catch {
            // A body that was cut off half-way fails in its own words.
            throw Task.isCancelled ? error : DeadlinePassed()
        }
        throw DeadlinePassed()
    }
}
