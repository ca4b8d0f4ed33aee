import Dispatch

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Waits for a socket, on the queue of the actor that owns it. Sources are suspended while nobody waits, since a readable
/// socket would fire without end.
///
/// It watches a duplicate of the descriptor: libpq closes its own whenever a connection breaks, and the number could then
/// stand for somebody else's file while the sources still hold it.
///
/// Sendable because all of it but `isSilent`, which changes nothing, happens on the one queue: its owner is an actor that runs
/// there, whose alarm a wait sets, and so do the handlers. What ends it may run anywhere, but then nobody else refers to the
/// owner any more.
final class SocketWatch: @unchecked Sendable {
    enum Readiness {
        case readable
        case readableOrWritable
    }

    private let descriptor: Int32
    private let reading: any DispatchSourceRead
    private let writing: any DispatchSourceWrite
    private var waiter: CheckedContinuation<Void, Never>?
    private var isWatchingWrites = false
    private var isCancelled = false

    /// Nil when the process has no descriptor left.
    init?(duplicating socket: Int32, queue: DispatchQueue) {
        let descriptor = fcntl(socket, F_DUPFD_CLOEXEC, 0)
        guard descriptor >= 0 else { return nil }
        self.descriptor = descriptor
        reading = DispatchSource.makeReadSource(fileDescriptor: descriptor, queue: queue)
        writing = DispatchSource.makeWriteSource(fileDescriptor: descriptor, queue: queue)
        let left = DispatchGroup()
        for source in [reading, writing] as [any DispatchSourceProtocol] {
            left.enter()
            source.setEventHandler { [weak self] in self?.wake() }
            source.setCancelHandler { left.leave() }
        }
        left.notify(queue: queue) { close(descriptor) }
    }

    /// Whether nothing has come, not even the end. May be asked on any thread; after the end the answer means nothing.
    var isSilent: Bool {
        var state = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&state, 1, 0) == 0
    }

    /// Suspends until the socket is ready, `wake` is called, the watch has ended, or the deadline has passed.
    func wait(
        for readiness: Readiness, until deadline: ContinuousClock.Instant? = nil, isolation connection: isolated Connection
    ) async {
        guard !isCancelled, !isReady(for: readiness) else { return }
        if let deadline {
            guard ContinuousClock.now < deadline else { return }
            connection.setAlarm(for: deadline)
        }
        await withCheckedContinuation { continuation in
            waiter = continuation
            reading.resume()
            if readiness == .readableOrWritable {
                isWatchingWrites = true
                writing.resume()
            }
        }
        if deadline != nil { connection.alarm.deadline = nil }
    }

    /// Most answers come within this time, in milliseconds. The queue has a thread of its own, which may as well sleep in the
    /// kernel so long: a source would be told of the answer by another thread.
    private static let shortWait: Int32 = 1

    /// Asked before each wait, and needed where the server has hung up: after that event a source never fires again, though
    /// what came before the end may not be read yet.
    private func isReady(for readiness: Readiness) -> Bool {
        let events = readiness == .readable ? POLLIN : POLLIN | POLLOUT
        var state = pollfd(fd: descriptor, events: Int16(events), revents: 0)
        return poll(&state, 1, Self.shortWait) > 0
    }

    /// Ends a wait, whatever the socket is like. Who waits must be ready for that.
    func wake() {
        guard let waiter else { return }
        reading.suspend()
        if isWatchingWrites { writing.suspend() }
        isWatchingWrites = false
        self.waiter = nil
        waiter.resume()
    }

    /// Gives the socket up, once; nothing waits for it any more.
    func cancel() {
        guard !isCancelled else { return }
        isCancelled = true
        wake()
        for source in [reading, writing] as [any DispatchSourceProtocol] {
            source.cancel()
            // A suspended source would never tell of its end, and must not be released.
            source.resume()
        }
    }
}
