import Foundation

/// A line between this process and a child that is to end with it: the child's end reads as closed however this process ends.
package enum Lifeline {
    /// A line of which no other child inherits our end: it would keep the child alive. A pair of sockets, since a plain `pipe`
    /// is inherited by whatever another thread starts before it can be told not to be.
    package static func make() throws(EmbeddedPostgresError) -> (theirs: FileHandle, ours: FileHandle) {
        var ends: [Int32] = [-1, -1]
        #if os(Linux)
            let outcome = socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0, &ends)
        #else
            let outcome = socketpair(AF_UNIX, SOCK_STREAM, 0, &ends)
            for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        #endif
        guard outcome == 0 else {
            throw EmbeddedPostgresError(.startFailed, "no line to a child: \(String(cString: strerror(errno)))")
        }
        return (
            FileHandle(fileDescriptor: ends[0], closeOnDealloc: true), FileHandle(fileDescriptor: ends[1], closeOnDealloc: true)
        )
    }
}
