/// The cancellation of one statement. It must reach the server before another statement can be sent, or it would hit that
/// one; and it must not come before its own, when it would hit nothing, so it is repeated until the statement ends.
final class Cancellation: Sendable {
    private enum State {
        case possible
        /// A request is on its way to the server.
        case asking
        /// The server has been asked, and the statement goes on.
        case asked
        /// The statement is over, and a request is still on its way.
        case awaited(CheckedContinuation<Void, Never>)
        case over(wasAsked: Bool)
    }

    /// Pauses between requests; each is twice as long as the one before.
    private static let firstPause = Duration.milliseconds(20)
    private static let maximumPause = Duration.seconds(1)

    private let session: SessionHandle
    private let limit: Duration
    private let giveUp: @Sendable () async -> Void
    private let state = Locked(State.possible)

    /// - Parameters:
    ///   - limit: how long the server may go on with the statement.
    ///   - giveUp: called when it has, so that nobody waits for it for ever.
    init(session: SessionHandle, limit: Duration, giveUp: @escaping @Sendable () async -> Void) {
        self.session = session
        self.limit = limit
        self.giveUp = giveUp
    }

    /// Asks the server to cancel, until the statement is done.
    func request() {
        let begins = state.withLock { state in
            guard case .possible = state else { return false }
            state = .asking
            return true
        }
        guard begins else { return }
        let asking = Task { await askRepeatedly() }
        Task {
            // Sleeping fails only when the task is cancelled, which nobody does.
            try? await Task.sleep(for: limit)
            asking.cancel()
            guard isUnanswered else { return }
            await giveUp()
            settle()
        }
    }

    private func askRepeatedly() async {
        var pause = Self.firstPause
        while !Task.isCancelled {
            await session.cancelStatement()
            guard settle() else { return }
            // Ends early when the limit has passed, and then the loop ends too.
            try? await Task.sleep(for: pause)
            pause = min(pause * 2, Self.maximumPause)
            let goesOn = state.withLock { state in
                guard case .asked = state else { return false }
                state = .asking
                return true
            }
            guard goesOn else { return }
        }
    }

    private var isUnanswered: Bool {
        state.withLock { state in
            switch state {
            case .asking, .asked, .awaited: true
            case .possible, .over: false
            }
        }
    }

    /// A request has arrived: whoever awaits that goes on. Says whether the statement does.
    @discardableResult
    private func settle() -> Bool {
        let (waiter, goesOn) = state.withLock { state -> (CheckedContinuation<Void, Never>?, Bool) in
            switch state {
            case .asking:
                state = .asked
                return (nil, true)
            case .awaited(let waiter):
                state = .over(wasAsked: true)
                return (waiter, false)
            case .possible, .asked, .over: return (nil, false)
            }
        }
        waiter?.resume()
        return goesOn
    }

    /// Ends the possibility to cancel; waits for a request that is on its way. Says whether there was any.
    func finish() async -> Bool {
        await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
            let mustWait = state.withLock { state in
                switch state {
                case .possible: state = .over(wasAsked: false)
                case .asked: state = .over(wasAsked: true)
                case .asking:
                    state = .awaited(continuation)
                    return true
                case .awaited, .over: break
                }
                return false
            }
            if !mustWait { continuation.resume() }
        }
        return state.withLock { state in if case .over(wasAsked: true) = state { true } else { false } }
    }
}
