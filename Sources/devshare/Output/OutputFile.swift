import Foundation

/// A file that is written line by line, in pieces of some size. It appears under its name when it is complete, with the owner and
/// the mode of the one that it takes the place of; a link goes on to lead to it. What is no ordinary file, such as a device or a
/// pipe, is written to, and so is a file that has other names too.
final class OutputFile {
    private static let piece = 256 << 10

    /// As it was given, for messages.
    private let path: String
    private let descriptor: Int32
    /// What is written, and what it replaces at the end; nil where the file itself is written.
    private let replacement: (fresh: String, target: String)?
    private var buffer: [UInt8] = []

    /// Throws `file-unreadable` where it cannot be made.
    init(_ path: String) throws {
        self.path = path
        var status = stat()
        let isThere = stat(path, &status) == 0
        if isThere, status.st_mode & S_IFMT == S_IFDIR {
            throw DevshareError(.fileUnreadable, "\(path) is a folder", advice: "Name a file in it.")
        }
        if isThere, let standard = Self.standardDescriptor(of: status) {
            // Opened again it would be written from its beginning.
            (descriptor, replacement) = (dup(standard), nil)
        } else if isThere, status.st_mode & S_IFMT != S_IFREG || status.st_nlink > 1 {
            (descriptor, replacement) = (open(path, O_WRONLY | O_NOCTTY | O_TRUNC), nil)
        } else {
            let target = Self.target(of: path)
            let fresh = target + ".part"
            unlink(fresh)
            descriptor = open(fresh, O_WRONLY | O_CREAT | O_EXCL, 0o666)
            replacement = (fresh, target)
            if descriptor >= 0, isThere {
                // Only root may give files away; for others it is theirs already.
                _ = fchown(descriptor, status.st_uid, status.st_gid)
                _ = fchmod(descriptor, status.st_mode & 0o7777)
            }
        }
        guard descriptor >= 0 else {
            throw DevshareError(
                .fileUnreadable, "\(path) cannot be written: \(String(cString: strerror(errno)))",
                advice: "The folder must be there and be writable.")
        }
    }

    /// Standard output or standard error, where the file is one of them: `/dev/stdout`.
    private static func standardDescriptor(of file: stat) -> Int32? {
        [STDOUT_FILENO, STDERR_FILENO].first { descriptor in
            var status = stat()
            return fstat(descriptor, &status) == 0 && status.st_dev == file.st_dev && status.st_ino == file.st_ino
        }
    }

    /// Where a link leads to in the end, also where nothing is there yet; the path itself where it is no link.
    private static func target(of path: String) -> String {
        var target = URL(fileURLWithPath: path)
        // As many links as the kernel follows.
        for _ in 0..<40 {
            guard let next = try? FileManager.default.destinationOfSymbolicLink(atPath: target.path) else { break }
            target = URL(fileURLWithPath: next, relativeTo: target.deletingLastPathComponent())
        }
        return target.path
    }

    /// Throws `output-failed`.
    func write(_ bytes: [UInt8]) throws {
        buffer += bytes
        guard buffer.count >= Self.piece else { return }
        try flush()
    }

    private func flush() throws {
        var rest = buffer[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else {
                if count < 0, errno == EINTR { continue }
                throw failure()
            }
            rest = rest.dropFirst(count)
        }
        buffer.removeAll(keepingCapacity: true)
    }

    /// Makes sure of the disk and puts the file in place. Throws `output-failed`.
    func close() throws {
        try flush()
        // Pipes and devices have no disk.
        guard fsync(descriptor) == 0 || replacement == nil, Foundation.close(descriptor) == 0 else { throw failure() }
        guard let (fresh, target) = replacement else { return }
        guard rename(fresh, target) == 0 else { throw failure() }
    }

    /// Leaves nothing behind.
    func abandon() {
        _ = Foundation.close(descriptor)
        if let fresh = replacement?.fresh { unlink(fresh) }
    }

    private func failure() -> DevshareError {
        DevshareError(
            .outputFailed, "\(path) cannot be written: \(String(cString: strerror(errno)))",
            advice: "Make room on the disk, or name another file.")
    }
}
