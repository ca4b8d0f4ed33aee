extension RequestTimeouts {
    /// As `limit(to:_:)`, of a request whose body is received first: says whose time it was.
    /// - Parameter body: calls `received` once all of the request is there.
    /// - Throws: `server-timed-out` where the time was up after that, and `DeadlinePassed` before.
    package func limit<Value: Sendable>(
        to time: Duration, receivingFirst body: @Sendable @escaping (_ received: @Sendable () -> Void) async throws -> Value
    ) async throws -> Value {
        let isReceived = StopSign()
        do {
            return try await limit(to: time) { try await body { isReceived.set() } }
        } catch is DeadlinePassed where isReceived.isSet {
            throw ProblemDetails(.serverTimedOut)
        }
    }
}
