import Synchronization

/// The cancellation of one statement, which must reach the server before another statement can be sent, or it would hit
/// that one.
final class Cancellation: Sendable {
    private enum State {
        case possible
        case underWay(waiters: [CheckedContinuation<Void, Never>])
        case done
        case impossible
    }

    private let session: SessionHandle
    private let state = Mutex(State.possible)

    init(session: SessionHandle) { self.session = session }

    /// Asks the server to cancel, unless the statement is done.
    func request() {
        let begins = state.withLock { state in
            guard case .possible = state else { return false }
            state = .underWay(waiters: [])
            return true
        }
        guard begins else { return }
        Task {
            await session.cancelStatement()
            let waiters = state.withLock { state -> [CheckedContinuation<Void, Never>] in
                guard case .underWay(let waiters) = state else { return [] }
                state = .done
                return waiters
            }
            for waiter in waiters { waiter.resume() }
        }
    }

    /// Ends the possibility to cancel; waits for a request that is under way. Says whether there was one.
    func finish() async -> Bool {
        await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
            let isOver = state.withLock { state in
                switch state {
                case .possible:
                    state = .impossible
                    return true
                case .underWay(let waiters):
                    state = .underWay(waiters: waiters + [continuation])
                    return false
                case .done, .impossible: return true
                }
            }
            if isOver { continuation.resume() }
        }
        return state.withLock { state in if case .done = state { true } else { false } }
    }
}
