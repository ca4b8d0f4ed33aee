extension Connection {
    /// The server's clock and ours may differ by this much over a statement timeout.
    private static let clockSlack = Duration.milliseconds(20)

    /// Cancels on the server what `body` has sent when the task is cancelled, and waits until the server has said so: the
    /// connection is usable again when this returns.
    func cancellable<Value: Sendable>(
        _ body: () async throws(PostgreSQLError) -> Value
    ) async throws(PostgreSQLError) -> Value {
        let cancellation = makeCancellation()
        let begin = ContinuousClock.now
        let result = await withTaskCancellationHandler {
            // By way of `self`: a closure that does not name it leaves the connection's thread, and every statement would wake
            // two threads more.
            await self.result(of: body)
        } onCancel: {
            cancellation.request()
        }
        let wasAsked = await cancellation.finish()
        // Asked whatever the result: the warning is of this statement, and not of the next.
        let isUnconfirmed = session.notices.takeUnconfirmedReplication()
        switch result {
        case .success where isUnconfirmed:
            throw PostgreSQLError(
                .replicationUnconfirmed, "what was written is on the server, and not known to be on its synchronous standby")
        case .success(let value): return value  // also when it was done before the server heard of the cancellation
        case .failure(let error) where error.code == .statementFailed && error.sqlState == .queryCanceled:
            // The server has one SQLSTATE for three reasons: our request, its statement timeout, and somebody else.
            if wasAsked {
                throw PostgreSQLError(
                    .cancelled, "the task was cancelled, and the statement with it", report: error.report,
                    statementIndex: error.statementIndex)
            }
            if let limit = configuration.statementTimeout, ContinuousClock.now - begin + Self.clockSlack >= limit {
                throw PostgreSQLError(
                    .timedOut, "the statement took longer than \(limit)", report: error.report,
                    statementIndex: error.statementIndex)
            }
            throw error
        case .failure(let error): throw error
        }
    }

    private func result<Value: Sendable>(
        of body: () async throws(PostgreSQLError) -> Value
    ) async -> Result<Value, PostgreSQLError> {
        do throws(PostgreSQLError) { return .success(try await body()) } catch { return .failure(error) }
    }

    func makeCancellation() -> Cancellation {
        let limit = configuration.cancelTimeout
        return Cancellation(session: session, limit: limit) { [weak self] in
            _ = await self?.fail(PostgreSQLError(.connectionLost, "the server did not end a cancelled statement within \(limit)"))
        }
    }
}
