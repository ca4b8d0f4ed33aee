import Foundation
import SharingLog
import Transparency

/// A witness on a file system, best on another machine's. A file holds the newest checkpoint; a folder holds each that was
/// shown, named by its size.
public struct FileWitness: Witness {
    private let path: String
    private let calls: FileCalls

    /// - Parameter path: a folder that is there, or a file.
    public init(path: String) {
        self.path = path
        calls = FileCalls(path: path)
    }

    public func latest() async throws -> SignedNote? {
        let path = path
        let text = try await calls.run { _ in
            let file = try Self.isFolder(path) ? Self.newest(in: path) : path
            return try file.flatMap {
                FileManager.default.fileExists(atPath: $0) ? try Data(contentsOf: URL(fileURLWithPath: $0)) : nil
            }
        }
        return try text.map { try SignedNote(parsing: Array($0)) }
    }

    public func publish(_ note: SignedNote, size: UInt64) async throws {
        let path = path
        let text = Array(note.description.utf8)
        try await calls.run { isWanted in
            let file = Self.isFolder(path) ? path + "/" + Self.name(size) : path
            try Self.replace(file, with: text, while: isWanted)
        }
    }

    private static let suffix = ".checkpoint"

    /// Names sort as sizes do.
    private static func name(_ size: UInt64) -> String {
        let digits = String(size)
        return String(repeating: "0", count: 20 - digits.count) + digits + suffix
    }

    private static func newest(in folder: String) throws -> String? {
        try FileManager.default.contentsOfDirectory(atPath: folder)
            .filter { $0.hasSuffix(suffix) && $0.utf8.count == 20 + suffix.utf8.count }
            .max().map { folder + "/" + $0 }
    }

    private static func isFolder(_ path: String) -> Bool {
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
    }

    /// Writes beside the file, makes sure of the disk, and puts it in place: a reader sees the old text or the new one, and a
    /// loss of power leaves one of them.
    private static func replace(_ file: String, with bytes: [UInt8], while isWanted: () -> Bool) throws {
        let fresh = file + ".new"
        let descriptor = open(fresh, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
        guard descriptor >= 0 else { throw failure(fresh) }
        let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        try handle.write(contentsOf: Data(bytes))
        try handle.synchronize()
        try handle.close()
        // Who has given up may have shown another one since.
        guard isWanted() else { throw CancellationError() }
        guard rename(fresh, file) == 0 else { throw failure(file) }
        let folder = open(URL(fileURLWithPath: file).deletingLastPathComponent().path, O_RDONLY)
        guard folder >= 0 else { throw failure(file) }
        defer { close(folder) }
        guard fsync(folder) == 0 else { throw failure(file) }
    }

    private static func failure(_ file: String) -> EngineError {
        EngineError(.witnessUnusable, "\(file) cannot be written: \(String(cString: strerror(errno)))")
    }
}
