import Dispatch

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Waits for a socket, on the queue of the actor that owns it.
///
/// It watches a duplicate of the descriptor: libpq closes its own whenever a connection breaks, and the number could then
/// stand for somebody else's file while it is still watched.
///
/// Sendable because all of it but `isSilent`, which changes nothing, happens on the one queue: its owner is an actor that runs
/// there, whose alarm a wait sets, and so does what the poller asks for. What ends it may run anywhere, but then nobody else
/// refers to the owner any more.
final class SocketWatch: @unchecked Sendable {
    private let descriptor: Int32
    private let queue: DispatchQueue
    private let poller: SocketPoller
    private var waiter: CheckedContinuation<Void, Never>?
    private var isCancelled = false

    /// Nil when the process has no descriptor left.
    init?(duplicating socket: Int32, queue: DispatchQueue) {
        guard let poller = SocketPoller.shared() else { return nil }
        let descriptor = fcntl(socket, F_DUPFD_CLOEXEC, 0)
        guard descriptor >= 0 else { return nil }
        self.descriptor = descriptor
        self.queue = queue
        self.poller = poller
    }

    /// Whether nothing has come, not even the end. May be asked on any thread; after the end the answer means nothing.
    var isSilent: Bool {
        var state = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&state, 1, 0) == 0
    }

    /// Suspends until the socket is ready, `wake` is called, the watch has ended, or the deadline has passed.
    func wait(
        for readiness: SocketPoller.Readiness, until deadline: ContinuousClock.Instant? = nil,
        isolation connection: isolated Connection
    ) async {
        guard !isCancelled, !isReady(for: readiness) else { return }
        if let deadline {
            guard ContinuousClock.now < deadline else { return }
            connection.setAlarm(for: deadline)
        }
        await withCheckedContinuation { continuation in
            waiter = continuation
            let isWatched = poller.whenReady(descriptor, for: readiness) { [weak self, queue] in
                queue.async { [weak self] in self?.wake() }
            }
            // Who waits looks for itself and comes again.
            if !isWatched { wake() }
        }
        if deadline != nil { connection.alarm.deadline = nil }
    }

    /// Most answers come within this time, in milliseconds. The queue has a thread of its own, which may as well sleep in the
    /// kernel so long: the poller would be told of the answer on another thread.
    private static let shortWait: Int32 = 1

    /// Asked before each wait.
    private func isReady(for readiness: SocketPoller.Readiness) -> Bool {
        let events =
            switch readiness {
            case .readable: POLLIN
            case .writable: POLLOUT
            case .readableOrWritable: POLLIN | POLLOUT
            }
        var state = pollfd(fd: descriptor, events: Int16(events), revents: 0)
        return poll(&state, 1, Self.shortWait) > 0
    }

    /// Ends a wait, whatever the socket is like. Who waits must be ready for that.
    func wake() {
        guard let waiter else { return }
        self.waiter = nil
        waiter.resume()
    }

    /// Gives the socket up, once; nothing waits for it any more.
    func cancel() {
        guard !isCancelled else { return }
        isCancelled = true
        poller.forget(descriptor)
        close(descriptor)
        wake()
    }
}
