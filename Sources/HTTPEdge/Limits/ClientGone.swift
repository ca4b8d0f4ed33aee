import Hummingbird

/// The client that asked has closed its connection, or its half of it, before it was answered.
struct ClientGone: Error {}

extension Request {
    /// Calls `body`, and cancels it when the client goes. The request's body must have been read, all of it. The connection is
    /// closed behind the answer: what the client may have sent meanwhile was taken for the sign that it is there.
    ///
    /// Throws `ClientGone`, and what `body` throws.
    package func whileClientStays<Value: Sendable>(_ body: @Sendable @escaping () async throws -> Value) async throws -> Value {
        do {
            return try await self.body.consumeWithCancellationOnInboundClose { rest in
                // Hummingbird (2.28) leaves its source for the rest of the body unfinished, and NIO ends the process where such
                // a source goes before its reader does: which goes first, threads decide. A reader that has come and gone has
                // finished it.
                _ = rest.makeAsyncIterator()
                return try await body()
            }
        } catch is CancellationError {
            throw ClientGone()
        }
    }
}
