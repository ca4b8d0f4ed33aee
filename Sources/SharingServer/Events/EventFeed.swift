import EventLog
import Logging
import ServiceLifecycle
import SharingEngine
import Synchronization

/// Tells listeners that the ledger has grown. One watch serves them all: each listener reads for itself what it lacks.
final class EventFeed: Service {
    private struct State {
        var listeners: [UInt64: AsyncStream<Void>.Continuation] = [:]
        var next: UInt64 = 0
    }

    private let engine: SharingEngine
    private let logger: Logger
    private let limit: Int
    private let state = Mutex(State())

    init(engine: SharingEngine, limit: Int, logger: Logger) {
        self.engine = engine
        self.limit = limit
        self.logger = logger
    }

    /// Watches the ledger until the server stops.
    func run() async throws {
        await cancelWhenGracefulShutdown {
            do {
                try await self.engine.watch { self.wake() }
            } catch {
                if !Task.isCancelled {
                    self.logger.warning("the ledger is no longer watched", metadata: ["error": "\(error)"])
                }
            }
        }
        state.withLock { state in
            for listener in state.listeners.values { listener.finish() }
            state.listeners = [:]
        }
    }

    private func wake() {
        state.withLock { state in for listener in state.listeners.values { listener.yield() } }
    }

    /// Wake-ups, of which the first comes at once. Throws `overloaded` where too many listen.
    func wakeUps() throws(ProblemDetails) -> AsyncStream<Void> {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let number: UInt64? = state.withLock { state in
            guard state.listeners.count < limit else { return nil }
            state.next += 1
            state.listeners[state.next] = continuation
            return state.next
        }
        guard let number else { throw ProblemDetails(.overloaded) }
        continuation.onTermination = { [weak self] _ in
            self?.state.withLock { _ = $0.listeners.removeValue(forKey: number) }
        }
        continuation.yield()
        return stream
    }
}
