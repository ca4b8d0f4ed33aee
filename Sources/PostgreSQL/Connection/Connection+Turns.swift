/// Who waits for a connection, in order.
struct TurnQueue {
    struct Waiter {
        let ticket: UInt64
        /// Resumed with false when the wait is given up.
        let continuation: CheckedContinuation<Bool, Never>
    }

    var isTaken = false
    private var waiters: [Waiter] = []
    private var tickets: UInt64 = 0

    mutating func makeTicket() -> UInt64 {
        tickets += 1
        return tickets
    }

    mutating func append(_ waiter: Waiter) { waiters.append(waiter) }

    /// Hands the turn on to the next, or lays it down.
    mutating func pass() {
        if waiters.isEmpty {
            isTaken = false
        } else {
            waiters.removeFirst().continuation.resume(returning: true)
        }
    }

    mutating func giveUp(_ ticket: UInt64) {
        guard let index = waiters.firstIndex(where: { $0.ticket == ticket }) else { return }
        waiters.remove(at: index).continuation.resume(returning: false)
    }
}

extension Connection {
    /// Runs `body` when all that came before is done. Throws `cancelled` as soon as the task is, also while it waits.
    func inTurn<Value: Sendable>(_ body: () async throws(PostgreSQLError) -> Value) async throws(PostgreSQLError) -> Value {
        try await takeTurn()
        defer { passTurn() }
        return try await body()
    }

    /// Waits until all that came before is done. Whoever got the turn must pass it on.
    func takeTurn() async throws(PostgreSQLError) {
        if turns.isTaken, await !awaitTurn() { throw Self.cancelledWhileWaiting }
        turns.isTaken = true
        noteUse()
        let obstacle = failure ?? (Task.isCancelled ? Self.cancelledWhileWaiting : nil)
        if let obstacle {
            passTurn()
            throw obstacle
        }
    }

    /// Hands the turn on to the next.
    func passTurn() {
        noteRest()
        turns.pass()
    }

    /// False when the task was cancelled first.
    private func awaitTurn() async -> Bool {
        let ticket = turns.makeTicket()
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                if Task.isCancelled {
                    continuation.resume(returning: false)
                } else {
                    turns.append(TurnQueue.Waiter(ticket: ticket, continuation: continuation))
                }
            }
        } onCancel: {
            Task { await self.giveUpTurn(ticket) }
        }
    }

    private func giveUpTurn(_ ticket: UInt64) { turns.giveUp(ticket) }

    private static let cancelledWhileWaiting = PostgreSQLError(
        .cancelled, "the task was cancelled before the statement began")
}
