import CLibPQ

/// What somebody sent with NOTIFY.
package struct Notification: Hashable, Sendable {
    package let channel: String
    package let payload: String

    package init(channel: String, payload: String) {
        self.channel = channel
        self.payload = payload
    }
}

/// Notifications on a channel, one after the other, until the connection is lost or the task cancelled. libpq holds those
/// that nobody has taken yet.
package struct NotificationSequence: AsyncSequence, Sendable {
    package typealias Element = Notification
    let connection: Connection

    package struct AsyncIterator: AsyncIteratorProtocol {
        let connection: Connection

        package func next() async throws -> Notification? {
            try await connection.nextNotification()
        }
    }

    package func makeAsyncIterator() -> AsyncIterator { AsyncIterator(connection: connection) }
}

extension Connection {
    /// Listens to a channel. The connection serves nothing else while somebody waits for the next notification. A server that was
    /// silent for as long as a statement may take is asked whether it is still there.
    package func notifications(on channel: String) async throws(PostgreSQLError) -> NotificationSequence {
        let quoted = "\"" + channel.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
        isListening = true
        try await execute(script: "LISTEN \(quoted)")
        return NotificationSequence(connection: self)
    }

    func nextNotification() async throws(PostgreSQLError) -> Notification {
        try await inTurn { () async throws(PostgreSQLError) in
            while true {
                if let notice = PQnotifies(self.session.pointer) {
                    defer { PQfreemem(notice) }
                    return Notification(
                        channel: String(cString: notice.pointee.relname), payload: String(cString: notice.pointee.extra))
                }
                let deadline = self.answerDeadline(statements: 1)
                await withTaskCancellationHandler {
                    await self.watch.wait(for: .readable, until: deadline, isolation: self)
                } onCancel: {
                    // Behind what runs now on the queue, so that the wait has begun.
                    self.executor.queue.async { self.assumeIsolated { $0.watch.wake() } }
                }
                if Task.isCancelled { throw PostgreSQLError(.cancelled, "the task was cancelled while listening") }
                if let failure = self.failure { throw failure }
                if let deadline, ContinuousClock.now >= deadline, self.watch.isSilent {
                    // A server that has nothing to tell and one that is frozen are alike until they are asked.
                    try await self.cancellable { () async throws(PostgreSQLError) in try await self.exchange("SELECT 1") }
                }
                guard PQconsumeInput(self.session.pointer) == 1 else { throw self.lost() }
            }
        }
    }

    /// Whether the session carries anything over to its next user.
    var needsReset: Bool { isUsable && (isListening || isInTransaction || copying != .none) }

    /// Ends what a session carries over from one user to the next.
    func reset() async throws(PostgreSQLError) {
        if case .open(let number) = copying { await abandonCopy(number) }
        // One that somebody else abandons may still be on its end.
        try await inTurn { () async throws(PostgreSQLError) in }
        if isInTransaction { try await execute(script: "ROLLBACK") }
        if isListening {
            try await execute(script: "UNLISTEN *")
            isListening = false
            while let notice = PQnotifies(session.pointer) { PQfreemem(notice) }
        }
    }
}
