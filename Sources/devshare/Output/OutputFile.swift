import Foundation

/// A file that is written line by line, in pieces of some size. It appears under its name when it is complete.
final class OutputFile {
    private static let piece = 256 << 10

    private let file: URL
    private let fresh: URL
    private let handle: FileHandle
    private var buffer: [UInt8] = []

    /// Throws `file-unreadable` where it cannot be made.
    init(_ path: String) throws {
        file = URL(fileURLWithPath: path)
        fresh = file.appendingPathExtension("part")
        guard FileManager.default.createFile(atPath: fresh.path, contents: nil),
            let handle = try? FileHandle(forWritingTo: fresh)
        else {
            throw DevshareError(
                .fileUnreadable, "\(path) cannot be written", advice: "The folder must be there and be writable.")
        }
        self.handle = handle
    }

    func write(_ bytes: [UInt8]) throws {
        buffer += bytes
        guard buffer.count >= Self.piece else { return }
        try flush()
    }

    private func flush() throws {
        try handle.write(contentsOf: Data(buffer))
        buffer.removeAll(keepingCapacity: true)
    }

    /// Makes sure of the disk and puts the file in place.
    func close() throws {
        try flush()
        try handle.synchronize()
        try handle.close()
        _ = try? FileManager.default.removeItem(at: file)
        try FileManager.default.moveItem(at: fresh, to: file)
    }

    /// Leaves nothing behind.
    func abandon() {
        try? handle.close()
        try? FileManager.default.removeItem(at: fresh)
    }
}
