import Foundation

/// A file that nobody else may read, from the first moment on.
enum SecretFile {
    /// Throws `file-unreadable` where it cannot be made, such as where it is there: a secret is not overwritten.
    static func write(_ text: String, to file: URL) throws {
        let descriptor = open(file.path, O_WRONLY | O_CREAT | O_EXCL, 0o600)
        guard descriptor >= 0 else {
            throw DevshareError(
                .fileUnreadable, "\(file.relativePath) cannot be made: \(String(cString: strerror(errno)))",
                advice: "The folder must be writable, and the file not be there yet.")
        }
        let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        try handle.write(contentsOf: Data((text + "\n").utf8))
        try handle.close()
    }
}
