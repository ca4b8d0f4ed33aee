import Foundation

/// What keeps the server of a folder up: its supervisor reads a named pipe, which every process that uses the server has open.
/// It reads as closed when the last of them has let go of it, and the kernel lets go of it however a process ends.
final class ServerLine: Sendable {
    private let handle: FileHandle

    private init(descriptor: Int32) { handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true) }

    /// A new line in place of one of a server that is no more. Throws `start-failed`.
    static func make(_ file: URL) throws(EmbeddedPostgresError) -> (theirs: FileHandle, ours: ServerLine) {
        unlink(file.path)
        guard mkfifo(file.path, 0o600) == 0 else { throw failure(file) }
        // Without waiting for somebody to write, which comes next.
        let theirs = Foundation.open(file.path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        guard theirs >= 0 else { throw failure(file) }
        let reader = FileHandle(fileDescriptor: theirs, closeOnDealloc: true)
        guard fcntl(theirs, F_SETFL, 0) == 0, let ours = open(file) else { throw failure(file) }
        return (reader, ours)
    }

    /// The line of a server that runs. Nil where nobody reads it.
    static func open(_ file: URL) -> ServerLine? {
        let descriptor = Foundation.open(file.path, O_WRONLY | O_NONBLOCK | O_CLOEXEC)
        return descriptor >= 0 ? ServerLine(descriptor: descriptor) : nil
    }

    /// Lets go of it.
    func close() {
        // The descriptor is closed whatever this says.
        try? handle.close()
    }

    private static func failure(_ file: URL) -> EmbeddedPostgresError {
        EmbeddedPostgresError(.startFailed, "no line to the server at \(file.path): \(String(cString: strerror(errno)))")
    }
}
