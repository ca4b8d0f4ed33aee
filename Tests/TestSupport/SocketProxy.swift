import Foundation
import Synchronization

/// Stands between a client and a server's Unix socket, counts how often the conversation turns round, and can fall silent.
package final class SocketProxy: Sendable {
    package enum Fault: Error { case socket(String, errno: Int32) }

    private struct State {
        var roundTrips = 0
        var isSilent = false
        var isClosed = false
    }

    /// Folder for `host=` in a connection string.
    package let directory: URL
    private let target: String
    private let listener: Int32
    private let state = Mutex(State())

    /// - Parameter target: folder of the server's socket; nil makes a listener that never answers.
    package init(target: URL?) throws {
        directory = URL(fileURLWithPath: "/tmp/devshare-proxy-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: false)
        self.target = (target?.path ?? "") + "/.s.PGSQL.5432"
        listener = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        let bound = Self.withAddress(directory.path + "/.s.PGSQL.5432") { bind(listener, $0, $1) }
        guard bound == 0, listen(listener, 64) == 0 else { throw Fault.socket("listen", errno: errno) }
        // Writing to a client that has gone must not end the tests.
        signal(SIGPIPE, SIG_IGN)
        guard target != nil else { return }
        Thread.detachNewThread { self.accept() }
    }

    deinit { close() }

    /// How often the client has spoken after the server had.
    package var roundTrips: Int { state.withLock { $0.roundTrips } }

    /// From now on nothing gets through, as if the network were cut.
    package func fallSilent() { state.withLock { $0.isSilent = true } }

    package func close() {
        let wasOpen = state.withLock { state in
            defer { state.isClosed = true }
            return !state.isClosed
        }
        guard wasOpen else { return }
        shutdown(listener, Int32(SHUT_RDWR))
        Foundation.close(listener)
        try? FileManager.default.removeItem(at: directory)
    }

    private static func withAddress(_ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8.prefix($0.count - 1)) }
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(MemoryLayout<sockaddr_un>.size)) }
        }
    }

    private func accept() {
        while true {
            let client = Foundation.accept(listener, nil, nil)
            guard client >= 0 else { return }
            let server = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
            guard Self.withAddress(target, { connect(server, $0, $1) }) == 0 else {
                Foundation.close(client)
                Foundation.close(server)
                continue
            }
            Thread.detachNewThread { self.relay(client, server) }
        }
    }

    private func relay(_ client: Int32, _ server: Int32) {
        defer {
            Foundation.close(client)
            Foundation.close(server)
        }
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        var serverSpokeLast = false
        while true {
            var both = [
                pollfd(fd: client, events: Int16(POLLIN), revents: 0), pollfd(fd: server, events: Int16(POLLIN), revents: 0),
            ]
            guard poll(&both, 2, 20) >= 0 else { return }
            let (isSilent, isClosed) = state.withLock { ($0.isSilent, $0.isClosed) }
            if isClosed { return }
            if isSilent {
                usleep(1_000)
                continue
            }
            for (index, (from, to)) in [(client, server), (server, client)].enumerated() where both[index].revents != 0 {
                let count = read(from, &buffer, buffer.count)
                guard count > 0 else { return }
                if index == 0, serverSpokeLast { state.withLock { $0.roundTrips += 1 } }
                serverSpokeLast = index == 1
                var sent = 0
                while sent < count {
                    let written = buffer.withUnsafeBytes {
                        write(to, UnsafeRawBufferPointer(rebasing: $0[sent..<count]).baseAddress, count - sent)
                    }
                    guard written > 0 else { return }
                    sent += written
                }
            }
        }
    }
}
