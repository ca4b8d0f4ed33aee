import Dispatch
import Foundation
import SharingEngine

/// The bytes of a file, a piece at a time, read on a queue of their own so that no thread of the cooperative pool waits for a
/// disk.
struct FileChunks: Sendable {
    /// As it was given.
    let path: String
    let file: URL
    /// Bytes of the file.
    let size: Int

    private static let queue = DispatchQueue(label: "devshare.file-chunks")

    /// Throws `file-unreadable`.
    init(_ path: String) throws {
        self.path = path
        file = URL(fileURLWithPath: path)
        var isDirectory: ObjCBool = false
        guard FileManager.default.fileExists(atPath: file.path, isDirectory: &isDirectory), !isDirectory.boolValue,
            FileManager.default.isReadableFile(atPath: file.path)
        else { throw DevshareError(.fileUnreadable, "\(path) cannot be read", advice: "It must be a file that you may read.") }
        let attributes = try FileManager.default.attributesOfItem(atPath: file.path)
        size = (attributes[.size] as? NSNumber)?.intValue ?? 0
    }

    /// Calls `body` with each piece in order, and how many bytes there were up to its end.
    func forEach(_ body: (_ bytes: [UInt8], _ offset: Int) async throws -> Void) async throws {
        let handle = try FileHandle(forReadingFrom: file)
        defer { try? handle.close() }
        var offset = 0
        while true {
            try Task.checkCancellation()
            let data = try await Self.queue.blocking { try handle.read(upToCount: ImportLimits.chunk) }
            guard let data, !data.isEmpty else { return }
            offset += data.count
            try await body(Array(data), offset)
        }
    }
}
