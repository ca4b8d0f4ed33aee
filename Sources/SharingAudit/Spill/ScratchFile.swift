import Dispatch
import Foundation
import SharingLog

/// A temporary file without a name: it is gone with the process, however that ends.
final class ScratchFile: Sendable {
    private let descriptor: Int32
    private let queue = DispatchQueue(label: "devshare.scratch", attributes: .concurrent)

    /// Throws `scratch-unusable`.
    init(in folder: URL = FileManager.default.temporaryDirectory) throws(EngineError) {
        let path = folder.appendingPathComponent("devshare-\(UUID().uuidString)").path
        let descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Self.failure(path) }
        self.descriptor = descriptor
        unlink(path)
    }

    deinit { close(descriptor) }

    /// Throws `scratch-unusable`, as when the disk is full.
    func write(_ bytes: [UInt8], at offset: Int64) async throws {
        let descriptor = descriptor
        try await queue.blocking {
            try bytes.withUnsafeBytes { bytes in
                var done = 0
                while done < bytes.count {
                    let rest = UnsafeRawBufferPointer(rebasing: bytes[done...])
                    let written = pwrite(descriptor, rest.baseAddress, rest.count, off_t(offset) + off_t(done))
                    if written < 0, errno == EINTR { continue }
                    guard written > 0 else { throw Self.failure("a temporary file") }
                    done += written
                }
            }
        }
    }

    /// A run of bytes in the file.
    struct Piece: Sendable {
        let offset: Int64
        let count: Int
    }

    /// These pieces, one behind the other.
    func read(_ pieces: [Piece]) async throws -> [UInt8] {
        let descriptor = descriptor
        return try await queue.blocking {
            try [UInt8](unsafeUninitializedCapacity: pieces.reduce(0) { $0 + $1.count }) { buffer, done in
                for piece in pieces {
                    let (start, end) = (done, done + piece.count)
                    while done < end {
                        let rest = UnsafeMutableRawBufferPointer(UnsafeMutableBufferPointer(rebasing: buffer[done..<end]))
                        let got = pread(descriptor, rest.baseAddress, rest.count, off_t(piece.offset) + off_t(done - start))
                        if got < 0, errno == EINTR { continue }
                        guard got > 0 else { throw Self.failure("a temporary file") }
                        done += got
                    }
                }
            }
        }
    }

    private static func failure(_ name: String) -> EngineError {
        EngineError(
            .scratchUnusable,
            "\(name) cannot be used: \(String(cString: strerror(errno))); make room, or name another folder in TMPDIR")
    }
}
