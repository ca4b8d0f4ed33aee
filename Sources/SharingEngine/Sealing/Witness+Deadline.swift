import Transparency

/// A witness may never answer, such as a file on a mount that hangs. What blocks cannot be called off, so the call goes on by
/// itself, and only who waits for it gives up.
extension Witness {
    /// Throws `witness-unusable` where there is no answer in time.
    func latest(within limit: Duration) async throws -> SignedNote? {
        try await Self.answer(within: limit) { try await self.latest() }
    }

    /// Throws `witness-unusable` where there is no answer in time; the note may have been shown all the same.
    func publish(_ note: SignedNote, size: UInt64, within limit: Duration) async throws {
        try await Self.answer(within: limit) { try await self.publish(note, size: size) }
    }

    private static func answer<Value: Sendable>(
        within limit: Duration, _ call: @Sendable @escaping () async throws -> Value
    ) async throws -> Value {
        let (answers, answer) = AsyncStream.makeStream(of: Result<Value, any Error>.self)
        let calling = Task {
            do { answer.yield(.success(try await call())) } catch { answer.yield(.failure(error)) }
        }
        let alarm = Task {
            try await Task.sleep(for: limit)
            answer.yield(.failure(EngineError(.witnessUnusable, "a witness did not answer within \(limit)")))
        }
        defer {
            calling.cancel()
            alarm.cancel()
        }
        for await answer in answers { return try answer.get() }
        throw CancellationError()
    }
}
