import Gzip
import NIOCore

/// The body of a request as it arrives, inflated where it is compressed. The limit is that of what comes out, and is looked at with
/// every piece of 64 KiB, so that a body which stands for gigabytes is refused after as many bytes as an honest one may have.
///
/// What comes in is held against the limit too: gzip can go on for ever and come to nothing.
struct BodyInflation {
    private let limit: Int
    /// Nil where the body is not compressed.
    private let inflater: GzipInflater?
    private var received = 0
    private(set) var buffer = ByteBuffer()

    /// - Parameter limit: bytes of the body.
    ///
    /// Throws `GzipError` `no-memory`.
    init(_ coding: ContentCoding, limit: Int) throws(GzipError) {
        self.limit = limit
        switch coding {
        case .identity: inflater = nil
        case .gzip: inflater = try GzipInflater()
        }
    }

    /// Takes what has arrived.
    /// - Parameter room: takes room for bytes that come out, before they are kept.
    ///
    /// Throws `body-too-large`, `body-malformed`, and what `room` throws.
    mutating func take(_ chunk: ByteBuffer, room: (Int) throws -> Void) throws {
        guard chunk.readableBytes <= limit - received else { throw ProblemDetails(.bodyTooLarge) }
        received += chunk.readableBytes
        guard let inflater else {
            try room(chunk.readableBytes)
            buffer.writeImmutableBuffer(chunk)
            return
        }
        var inflated = buffer
        buffer = ByteBuffer()
        do {
            try chunk.withUnsafeReadableBytes { bytes in
                try inflater.inflate(bytes) { piece in
                    guard piece.count <= limit - inflated.readableBytes else { throw ProblemDetails(.bodyTooLarge) }
                    try room(piece.count)
                    inflated.writeBytes(piece)
                }
            }
        } catch let error as GzipError {
            throw problem(error)
        }
        buffer = inflated
    }

    /// To be called when all has arrived. Throws `body-malformed` where gzip ends in the middle.
    func finish() throws {
        do {
            try inflater?.finish()
        } catch {
            throw problem(error)
        }
    }

    private func problem(_ error: GzipError) -> any Error {
        switch error {
        case .noMemory: error
        case .malformed, .truncated:
            ProblemDetails(.bodyMalformed, errors: [FieldProblem(.header("Content-Encoding"), .notGzip)])
        }
    }
}
