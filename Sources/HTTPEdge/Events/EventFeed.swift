import Logging
import ServiceLifecycle
import SharingEngine
import Synchronization

/// Tells listeners that the ledger has grown. One watch serves them all: each listener reads for itself what it lacks.
package final class EventFeed: Service {
    private struct State {
        var listeners: [UInt64: Listener] = [:]
        var next: UInt64 = 0
    }

    private struct Listener {
        let wake: AsyncStream<Void>.Continuation
        /// Of the room for listeners.
        let share: ConcurrencyLimiter.Share
    }

    private let engine: SharingEngine
    private let logger: Logger
    private let room: ConcurrencyLimiter
    private let state = Mutex(State())

    /// - Parameter limit: listeners at the same time, shared fairly among callers.
    package init(engine: SharingEngine, limit: Int, logger: Logger) {
        self.engine = engine
        room = ConcurrencyLimiter(limit: limit)
        self.logger = logger
    }

    /// Watches the ledger until the server stops.
    package func run() async throws {
        await cancelWhenGracefulShutdown {
            do {
                try await self.engine.watch { self.wake() }
            } catch {
                if !Task.isCancelled {
                    self.logger.warning("the ledger is no longer watched", metadata: ["error": "\(error)"])
                }
            }
        }
        // Finished outside the lock: the end of a stream takes the lock itself.
        let listeners = state.withLock { state in
            defer { state.listeners = [:] }
            return Array(state.listeners.values)
        }
        for listener in listeners { listener.wake.finish() }
    }

    private func wake() {
        state.withLock { state in for listener in state.listeners.values { listener.wake.yield() } }
    }

    /// Wake-ups, of which the first comes at once. Throws `ConcurrencyLimiter.Refusal` where the caller has its share of streams,
    /// or all are taken.
    package func wakeUps(for caller: String) throws(ConcurrencyLimiter.Refusal) -> AsyncStream<Void> {
        let share = try room.take(for: caller)
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let number = state.withLock { state in
            state.next += 1
            state.listeners[state.next] = Listener(wake: continuation, share: share)
            return state.next
        }
        continuation.onTermination = { [weak self] _ in
            share.giveBack()
            self?.state.withLock { _ = $0.listeners.removeValue(forKey: number) }
        }
        continuation.yield()
        return stream
    }
}
