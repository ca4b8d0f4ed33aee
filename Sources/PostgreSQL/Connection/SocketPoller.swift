import CEpoll
import Dispatch

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Watches the sockets of all connections of the process on one thread, by epoll(7).
///
/// Dispatch sources are made for this, but may not be used here: libdispatch on Linux loses count of who watches a descriptor
/// where the other side hangs up while a source ends, and then ends the process with an illegal instruction
/// (swift-corelibs-libdispatch, issues 833 and 949). A database that fails over hangs up on all connections at once.
final class SocketPoller: Sendable {
    enum Readiness {
        case readable
        case writable
        case readableOrWritable

        fileprivate var events: UInt32 {
            switch self {
            case .readable: EPOLLIN.rawValue
            case .writable: EPOLLOUT.rawValue
            case .readableOrWritable: EPOLLIN.rawValue | EPOLLOUT.rawValue
            }
        }
    }

    /// The latest question about a descriptor. Its number tells its event from one that an earlier question left behind.
    private struct Question {
        let number: UInt32
        let handler: @Sendable () -> Void
    }

    private struct Questions {
        var byDescriptor: [Int32: Question] = [:]
        var count: UInt32 = 0

        mutating func add(_ descriptor: Int32, _ handler: @escaping @Sendable () -> Void) -> UInt32 {
            count &+= 1
            byDescriptor[descriptor] = Question(number: count, handler: handler)
            return count
        }

        mutating func take(_ descriptor: Int32, number: UInt32) -> (@Sendable () -> Void)? {
            guard let question = byDescriptor[descriptor], question.number == number else { return nil }
            byDescriptor[descriptor] = nil
            return question.handler
        }
    }

    private static let running = Locked<SocketPoller?>(nil)
    private let epoll: Int32
    private let questions = Locked(Questions())

    /// The process's own, which runs from the first call on. Nil where the process has no descriptor left for it.
    static func shared() -> SocketPoller? {
        running.withLock { running in
            if running == nil, let poller = SocketPoller() {
                // A serial queue of its own, since the loop keeps its thread for ever.
                DispatchQueue(label: "postgresql.sockets").async { poller.loop() }
                running = poller
            }
            return running
        }
    }

    private init?() {
        epoll = epoll_create1(Int32(EPOLL_CLOEXEC))
        guard epoll >= 0 else { return nil }
    }

    /// Calls `handler` once, on the poller's thread, when the socket is ready or its other side has hung up; at once where that
    /// is so already. The question takes the place of an earlier one about the same descriptor. False where the kernel has no
    /// room for it.
    func whenReady(_ descriptor: Int32, for readiness: Readiness, _ handler: @escaping @Sendable () -> Void) -> Bool {
        let number = questions.withLock { $0.add(descriptor, handler) }
        var event = epoll_event()
        event.events = readiness.events | EPOLLONESHOT.rawValue
        event.data.u64 = UInt64(number) << 32 | UInt64(UInt32(bitPattern: descriptor))
        if epoll_ctl(epoll, EPOLL_CTL_MOD, descriptor, &event) == 0 { return true }
        // The first question about this descriptor.
        if errno == ENOENT, epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event) == 0 { return true }
        _ = questions.withLock { $0.take(descriptor, number: number) }
        return false
    }

    /// Drops the question about a descriptor. To be called before the descriptor is closed, since its number may soon be that
    /// of another file.
    func forget(_ descriptor: Int32) {
        questions.withLock { $0.byDescriptor[descriptor] = nil }
        // Fails only where the descriptor was never asked about.
        epoll_ctl(epoll, EPOLL_CTL_DEL, descriptor, nil)
    }

    private func loop() {
        withUnsafeTemporaryAllocation(of: epoll_event.self, capacity: 64) { events in
            while true {
                // Less than nothing where a signal came.
                let count = max(epoll_wait(epoll, events.baseAddress, Int32(events.count), -1), 0)
                for event in events.prefix(Int(count)) {
                    let descriptor = Int32(bitPattern: UInt32(truncatingIfNeeded: event.data.u64))
                    let number = UInt32(truncatingIfNeeded: event.data.u64 >> 32)
                    questions.withLock { $0.take(descriptor, number: number) }?()
                }
            }
        }
    }
}
