import Foundation

/// A socket, for what no decent client sends.
package final class RawConnection: Sendable {
    package enum Fault: Error { case connect(Int32) }

    private let descriptor: Int32

    /// - Parameter receiveBuffer: bytes that the system keeps of what is not read; nil for as many as it likes.
    package init(port: Int, receiveBuffer: Int32? = nil) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        if var bytes = receiveBuffer {
            setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &bytes, socklen_t(MemoryLayout<Int32>.size))
        }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let connected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard connected == 0 else {
            Foundation.close(descriptor)
            throw Fault.connect(errno)
        }
        // A server that never answers must not hold the tests for ever.
        setPatience(.seconds(120))
        signal(SIGPIPE, SIG_IGN)
    }

    /// How long the other side may be silent before nothing more is expected of it.
    package func setPatience(_ patience: Duration) {
        let (seconds, attoseconds) = patience.components
        var timeout = timeval(tv_sec: Int(seconds), tv_usec: Int(attoseconds / 1_000_000_000_000))
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
    }

    deinit { Foundation.close(descriptor) }

    /// Says, and hears, nothing more.
    package func close() { shutdown(descriptor, Int32(SHUT_RDWR)) }

    /// Breaks the connection, as a client that crashed does: the other side gets an error where it reads.
    package func reset() {
        var nobody = sockaddr()
        nobody.sa_family = sa_family_t(AF_UNSPEC)
        _ = connect(descriptor, &nobody, socklen_t(MemoryLayout<sockaddr>.size))
    }

    package func send(_ bytes: [UInt8]) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                Foundation.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }

    package func send(_ text: String) { send(Array(text.utf8)) }

    /// Says that nothing more comes.
    package func finish() { shutdown(descriptor, Int32(SHUT_WR)) }

    /// What comes until the other side closes, or falls silent for long; at most once around the buffer where `once`.
    package func receive(once: Bool = false) async -> String {
        await Self.offThePool { self.receiveBlocking(once: once).text }
    }

    /// As `receive`, for callers that are off the pool of tasks already; and whether it came to an end, or the other side only
    /// fell silent.
    package func receiveBlocking(once: Bool = false) -> (text: String, hasEnded: Bool) {
        var all: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            let isSilent = count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)
            guard count > 0 else { return (String(decoding: all, as: UTF8.self), !isSilent) }
            all += buffer[..<count]
            if once { return (String(decoding: all, as: UTF8.self), true) }
        }
    }

    /// Runs what blocks in a thread of its own.
    package static func offThePool<Value: Sendable>(_ body: @Sendable @escaping () -> Value) async -> Value {
        await withCheckedContinuation { continuation in
            Thread.detachNewThread { continuation.resume(returning: body()) }
        }
    }
}
