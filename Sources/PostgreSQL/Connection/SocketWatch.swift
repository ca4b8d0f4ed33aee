import Dispatch

/// Waits for a socket, on the queue of the actor that owns it. Sources are suspended while nobody waits, since a readable
/// socket would fire without end.
///
/// Sendable because all of it happens on the one queue: its owner is an actor that runs there, and so do the handlers.
final class SocketWatch: @unchecked Sendable {
    enum Direction { case read, write }

    private let queue: DispatchQueue
    private let reading: any DispatchSourceRead
    private let writing: any DispatchSourceWrite
    private var waiter: CheckedContinuation<Void, Never>?
    private var direction: Direction?

    init(descriptor: Int32, queue: DispatchQueue) {
        self.queue = queue
        reading = DispatchSource.makeReadSource(fileDescriptor: descriptor, queue: queue)
        writing = DispatchSource.makeWriteSource(fileDescriptor: descriptor, queue: queue)
        reading.setEventHandler { [weak self] in self?.wake() }
        writing.setEventHandler { [weak self] in self?.wake() }
    }

    /// Suspends until the socket is ready, or `wake` is called.
    func wait(for direction: Direction, isolation: isolated Connection) async {
        await withCheckedContinuation { continuation in
            waiter = continuation
            self.direction = direction
            switch direction {
            case .read: reading.resume()
            case .write: writing.resume()
            }
        }
    }

    /// Ends a wait, whatever the socket is like.
    func wake() {
        guard let waiter, let direction else { return }
        switch direction {
        case .read: reading.suspend()
        case .write: writing.suspend()
        }
        self.waiter = nil
        self.direction = nil
        waiter.resume()
    }

    /// Gives the socket up. A source must not be released while suspended, and its descriptor must outlive it: `finished`
    /// is called when the descriptor may be closed.
    func cancel(_ finished: @escaping @Sendable () -> Void) {
        wake()
        let left = DispatchGroup()
        for source in [reading, writing] as [any DispatchSourceProtocol] {
            left.enter()
            source.setCancelHandler { left.leave() }
            source.cancel()
            source.resume()
        }
        left.notify(queue: queue) { finished() }
    }
}
