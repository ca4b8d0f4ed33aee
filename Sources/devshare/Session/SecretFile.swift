import Foundation

/// A file with a secret, which nobody else may read from the first moment on.
enum SecretFile {
    /// Writes a new file. One that another process has just made is not overwritten.
    static func write(_ text: String, to file: URL) throws {
        let descriptor = open(file.path, O_WRONLY | O_CREAT | O_EXCL, 0o600)
        guard descriptor >= 0 else {
            throw DevshareError(
                .fileUnreadable, "\(file.relativePath) cannot be made", advice: "The data folder must be writable.")
        }
        let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        try handle.write(contentsOf: Data((text + "\n").utf8))
        try handle.close()
    }
}
