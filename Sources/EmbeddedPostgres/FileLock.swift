import Foundation

/// A lock on a file (`flock`), which the kernel takes back however its holder ends. It is one of an open file, so that two of
/// them keep each other out within one process too.
final class FileLock: Sendable {
    enum Kind: Sendable {
        /// Beside others that share it.
        case shared
        /// Alone.
        case exclusive
    }

    private let file: URL
    private let descriptor: Int32

    /// Opens the file, which is made where it is missing, and takes no lock. Throws `directory-unusable`.
    init(_ file: URL) throws(EmbeddedPostgresError) {
        self.file = file
        descriptor = open(file.path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw EmbeddedPostgresError(.directoryUnusable, "\(file.path) cannot be opened: \(String(cString: strerror(errno)))")
        }
    }

    deinit { close(descriptor) }

    /// Takes the lock without waiting, in place of what is held of it. False when somebody else is in the way; then nothing is
    /// held any more. Throws `directory-unusable`.
    func take(_ kind: Kind) throws(EmbeddedPostgresError) -> Bool {
        let operation: Int32 =
            switch kind {
            case .shared: LOCK_SH
            case .exclusive: LOCK_EX
            }
        if flock(descriptor, operation | LOCK_NB) == 0 { return true }
        let reason = errno
        guard reason == EWOULDBLOCK else {
            throw EmbeddedPostgresError(
                .directoryUnusable, "\(file.path) cannot be locked: \(String(cString: strerror(reason)))")
        }
        // What was held is lost on Linux (flock(2)), and shall be everywhere.
        release()
        return false
    }

    func release() { flock(descriptor, LOCK_UN) }
}
