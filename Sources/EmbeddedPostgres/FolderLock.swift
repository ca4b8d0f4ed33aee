import Foundation

/// The right to run the server of a folder. The kernel takes it back however its holder ends.
final class FolderLock: Sendable {
    private static let stopping: [UInt8] = Array("stopping\n".utf8)
    private let descriptor: Int32

    private init(descriptor: Int32) { self.descriptor = descriptor }

    deinit { close(descriptor) }

    /// Nil when somebody else has it, in this process or another.
    static func take(_ file: URL) throws(EmbeddedPostgresError) -> FolderLock? {
        let descriptor = open(file.path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw EmbeddedPostgresError(.directoryUnusable, "\(file.path) cannot be opened: \(String(cString: strerror(errno)))")
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let reason = errno
            close(descriptor)
            guard reason == EWOULDBLOCK else {
                throw EmbeddedPostgresError(
                    .directoryUnusable, "\(file.path) cannot be locked: \(String(cString: strerror(reason)))")
            }
            return nil
        }
        ftruncate(descriptor, 0)
        return FolderLock(descriptor: descriptor)
    }

    /// Tells others not to join any more.
    func announceStop() {
        // Best effort: who joins all the same sees the server end.
        _ = Self.stopping.withUnsafeBytes { pwrite(descriptor, $0.baseAddress, $0.count, 0) }
    }

    /// Whether whoever has the lock is about to give it up.
    static func isOwnerStopping(_ file: URL) -> Bool {
        FileManager.default.contents(atPath: file.path)?.isEmpty == false
    }
}
