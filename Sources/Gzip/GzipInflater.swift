import CZlib

/// Inflates gzip (RFC 1952) as it comes, in pieces that its caller may stop at: a few bytes can stand for a thousand times as many,
/// so a program that inflates what others send counts what comes out.
///
/// ```swift
/// let inflater = try GzipInflater()
/// try inflater.inflate(bytes) { piece in … }
/// try inflater.finish()
/// ```
///
/// Holds 64 KiB for what comes out, and the 40 KiB that zlib needs. Several members behind one another are one text (RFC 1952,
/// section 2.2).
public final class GzipInflater {
    /// Bytes of a piece, at most.
    public static let piece = 65_536
    /// Bytes that an inflater takes, as nearly as zlib says (zconf.h).
    public static let memory = piece + 48_000
    /// The largest window, in the format of gzip and no other (`inflateInit2` of zlib.h).
    private static let windowBits: Int32 = 15 + 16

    /// Where zlib has its state, which points back to it: so it stays where it is.
    private let stream: UnsafeMutablePointer<z_stream>
    private let output: UnsafeMutableRawBufferPointer
    private var hasBegun = false
    private var isBetweenMembers = true

    /// Throws `no-memory`.
    public init() throws(GzipError) {
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        output = .allocate(byteCount: Self.piece, alignment: 16)
        guard inflateInit2_(stream, Self.windowBits, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
            throw .noMemory
        }
    }

    deinit {
        // Of a stream that was not set up it only says so.
        inflateEnd(stream)
        stream.deallocate()
        output.deallocate()
    }

    /// Inflates the next bytes, and hands on what comes of them, a piece at a time. Throws `GzipError`, and what `take` throws:
    /// nothing more is inflated then.
    public func inflate(_ bytes: UnsafeRawBufferPointer, _ take: (UnsafeRawBufferPointer) throws -> Void) throws {
        // zlib counts in 32 bits.
        var rest = bytes[...]
        while !rest.isEmpty {
            let part = rest.prefix(Int(Int32.max))
            rest = rest.dropFirst(part.count)
            try inflate(part: UnsafeRawBufferPointer(rebasing: part), take)
        }
    }

    private func inflate(part: UnsafeRawBufferPointer, _ take: (UnsafeRawBufferPointer) throws -> Void) throws {
        hasBegun = true
        stream.pointee.next_in = UnsafeMutablePointer(mutating: part.bindMemory(to: UInt8.self).baseAddress)
        stream.pointee.avail_in = uInt(part.count)
        var isFull = false
        while stream.pointee.avail_in > 0 || isFull {
            isBetweenMembers = false
            stream.pointee.next_out = output.bindMemory(to: UInt8.self).baseAddress
            stream.pointee.avail_out = uInt(Self.piece)
            let status = CZlib.inflate(stream, Z_NO_FLUSH)
            let made = Self.piece - Int(stream.pointee.avail_out)
            // Where the piece is full there may be more of it.
            isFull = made == Self.piece
            if made > 0 { try take(UnsafeRawBufferPointer(rebasing: output[..<made])) }
            switch status {
            case Z_OK: break
            case Z_STREAM_END:
                isBetweenMembers = true
                isFull = false
                guard inflateReset(stream) == Z_OK else { throw GzipError.malformed }
            // There was nothing left to come out.
            case Z_BUF_ERROR where made == 0: return
            case Z_MEM_ERROR: throw GzipError.noMemory
            default: throw GzipError.malformed
            }
        }
    }

    /// To be called when no more bytes come. Throws `truncated` where they end in the middle.
    public func finish() throws(GzipError) {
        guard hasBegun, isBetweenMembers else { throw .truncated }
    }
}
