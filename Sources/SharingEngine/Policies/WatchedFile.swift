import Canonical
import Dispatch
import Foundation

/// A small text file that somebody may change at any time.
struct WatchedFile: Sendable {
    /// Bytes that are read at most.
    static let maximumBytes = 4_194_304
    /// Coarser than any file system's clock in use.
    private static let tick: TimeInterval = 2

    /// What tells one content of the file from another.
    struct Version: Hashable, Sendable {
        /// As the file system has them; while they stay and are settled, the file is not read.
        fileprivate let modified: Date
        fileprivate let size: Int
        /// Whether a later change shows in them: one within the same tick of the file system's clock might not.
        fileprivate let isSettled: Bool
        let digest: Digest
    }

    struct Change: Sendable {
        let version: Version
        let text: String
    }

    struct Unreadable: Error, CustomStringConvertible {
        let description: String
    }

    let path: String
    private static let queue = DispatchQueue(label: "devshare.watched-file")

    /// The file's content, where it is not the one seen. Throws where it cannot be read, or is no text.
    func change(since seen: Version?) async throws -> Change? {
        try await Self.queue.blocking { try read(unless: seen) }
    }

    private func read(unless seen: Version?) throws -> Change? {
        // What a link leads to: a mounted configuration is changed by another link.
        let target = URL(fileURLWithPath: path).resolvingSymlinksInPath()
        let attributes = try FileManager.default.attributesOfItem(atPath: target.path)
        guard let modified = attributes[.modificationDate] as? Date, let size = (attributes[.size] as? NSNumber)?.intValue else {
            throw Unreadable(description: "\(path): its size and time of change are not known")
        }
        if let seen, seen.isSettled, seen.modified == modified, seen.size == size { return nil }
        // A pipe or a device may have no end, or make its reader wait for one.
        guard attributes[.type] as? FileAttributeType == .typeRegular else {
            throw Unreadable(description: "\(path): is no regular file")
        }
        let handle = try FileHandle(forReadingFrom: target)
        defer { try? handle.close() }
        // It may have grown meanwhile.
        let data = try handle.read(upToCount: Self.maximumBytes + 1) ?? Data()
        guard max(size, data.count) <= Self.maximumBytes else {
            throw Unreadable(description: "\(path): has \(max(size, data.count)) bytes; at most \(Self.maximumBytes) are read")
        }
        guard let text = String(validating: data, as: UTF8.self) else {
            throw Unreadable(description: "\(path): must be UTF-8")
        }
        let version = Version(
            modified: modified, size: size, isSettled: abs(modified.timeIntervalSinceNow) > Self.tick,
            digest: Digest(sha256: data))
        return version.digest == seen?.digest ? nil : Change(version: version, text: text)
    }
}
