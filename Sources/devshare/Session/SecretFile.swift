import Foundation

/// A file with a secret, which nobody else may read from the first moment on.
enum SecretFile {
    /// The text of a file that is there. Throws `file-unreadable`: what may not be read may be a good secret, so nothing is said of
    /// removing it.
    static func read(_ file: URL) throws -> String {
        let descriptor = open(file.path, O_RDONLY)
        let reason = errno
        do {
            guard descriptor >= 0 else { throw CocoaError(.fileReadUnknown) }
            let bytes = try FileHandle(fileDescriptor: descriptor, closeOnDealloc: true).readToEnd()
            return String(decoding: bytes ?? Data(), as: UTF8.self)
        } catch {
            let isThere = descriptor >= 0 || reason != ENOENT
            throw DevshareError(
                .fileUnreadable, "\(file.relativePath) cannot be read",
                advice: isThere
                    ? "Run as the user who owns it, or let its owner give you leave to read it. Keep the file."
                    : "It should hold a key, as `devshare checkpoint keygen` writes it.")
        }
    }

    /// Writes a new file. One that is there, such as one that another process has just made, is not overwritten. Throws
    /// `file-exists` and `file-unreadable`.
    static func write(
        _ text: String, to file: URL, otherwise advice: String = "Another process has just made it: try again."
    ) throws {
        let descriptor = open(file.path, O_WRONLY | O_CREAT | O_EXCL, 0o600)
        guard descriptor >= 0 else {
            guard errno != EEXIST else {
                throw DevshareError(.fileExists, "\(file.relativePath) is there already", advice: advice)
            }
            throw DevshareError(
                .fileUnreadable, "\(file.relativePath) cannot be made", advice: "The folder must be there and be writable.")
        }
        let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        do {
            try handle.write(contentsOf: Data((text + "\n").utf8))
            try handle.synchronize()
            try handle.close()
        } catch {
            // Half a secret would be taken for one.
            unlink(file.path)
            throw DevshareError(
                .outputFailed, "\(file.relativePath) cannot be written", advice: "Make room on the disk, and try again.")
        }
    }
}
