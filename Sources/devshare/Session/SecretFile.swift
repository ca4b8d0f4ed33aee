import Foundation

/// A file with a secret, which nobody else may read from the first moment on.
enum SecretFile {
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
        try handle.write(contentsOf: Data((text + "\n").utf8))
        try handle.close()
    }
}
