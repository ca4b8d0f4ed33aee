import Foundation
import Synchronization

/// Stands between a client and a server, and loses the first answers: the server has done its work, and nobody hears of it.
package final class LossyProxy: Sendable {
    package enum Fault: Error { case socket(Int32) }

    package let port: Int
    private let listener: Int32
    private let target: Mutex<Int>
    private let toLose: Mutex<Int>
    private let count = Mutex(0)

    /// Answers that were lost.
    package var lost: Int { count.withLock { $0 } }

    package init(target: Int, losing: Int) throws {
        self.target = Mutex(target)
        toLose = Mutex(losing)
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        listener = descriptor
        var address = Self.address(port: 0)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = Self.withAddress(&address) { bind(descriptor, $0, length) }
        guard bound == 0, listen(descriptor, 16) == 0 else { throw Fault.socket(errno) }
        _ = Self.withAddress(&address) { getsockname(descriptor, $0, &length) }
        port = Int(UInt16(bigEndian: address.sin_port))
        signal(SIGPIPE, SIG_IGN)
        Thread.detachNewThread { self.accept() }
    }

    /// New connections go there from now on.
    package func redirect(to port: Int) { target.withLock { $0 = port } }

    deinit {
        shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
    }

    private func accept() {
        while true {
            let client = Foundation.accept(listener, nil, nil)
            guard client >= 0 else { return }
            let server = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            var address = Self.address(port: target.withLock { $0 })
            _ = Self.withAddress(&address) { connect(server, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
            Thread.detachNewThread { self.relay(client, server) }
        }
    }

    private func relay(_ client: Int32, _ server: Int32) {
        defer {
            close(client)
            close(server)
        }
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            var both = [
                pollfd(fd: client, events: Int16(POLLIN), revents: 0),
                pollfd(fd: server, events: Int16(POLLIN), revents: 0),
            ]
            guard poll(&both, 2, 120_000) > 0 else { return }
            for (index, (from, to)) in [(client, server), (server, client)].enumerated() where both[index].revents != 0 {
                let length = read(from, &buffer, buffer.count)
                guard length > 0 else { return }
                if index == 1, losesThis() { return }
                _ = write(to, &buffer, length)
            }
        }
    }

    private func losesThis() -> Bool {
        let loses = toLose.withLock { left in
            guard left > 0 else { return false }
            left -= 1
            return true
        }
        if loses { count.withLock { $0 += 1 } }
        return loses
    }

    private static func address(port: Int) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        return address
    }

    private static func withAddress(_ address: inout sockaddr_in, _ body: (UnsafeMutablePointer<sockaddr>) -> Int32)
        -> Int32
    {
        withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0) }
        }
    }
}
