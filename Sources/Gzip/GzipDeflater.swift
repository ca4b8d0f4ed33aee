import CZlib

/// Makes gzip (RFC 1952) of bytes as they come.
///
/// Holds 64 KiB for what comes out, and the 256 KiB that zlib needs.
public final class GzipDeflater {
    private static let piece = 65_536
    /// The largest window, in the format of gzip (`deflateInit2` of zlib.h).
    private static let windowBits: Int32 = 15 + 16
    private static let memoryLevel: Int32 = 8
    /// A third of the time that zlib takes unless told, for a tenth more bytes.
    private static let level: Int32 = 3

    /// Where zlib has its state, which points back to it: so it stays where it is.
    private let stream: UnsafeMutablePointer<z_stream>
    private let output: UnsafeMutableRawBufferPointer

    /// Throws `no-memory`.
    public init() throws(GzipError) {
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        output = .allocate(byteCount: Self.piece, alignment: 16)
        guard
            deflateInit2_(
                stream, Self.level, Z_DEFLATED, Self.windowBits, Self.memoryLevel, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
                Int32(MemoryLayout<z_stream>.size)) == Z_OK
        else { throw .noMemory }
    }

    deinit {
        // Of a stream that was not set up it only says so.
        deflateEnd(stream)
        stream.deallocate()
        output.deallocate()
    }

    /// Takes the next bytes, and hands on what can be written by now, which may be nothing: zlib keeps some back.
    public func deflate(_ bytes: UnsafeRawBufferPointer, _ take: (UnsafeRawBufferPointer) -> Void) throws(GzipError) {
        // zlib counts in 32 bits.
        var rest = bytes[...]
        while !rest.isEmpty {
            let part = rest.prefix(Int(Int32.max))
            rest = rest.dropFirst(part.count)
            try run(UnsafeRawBufferPointer(rebasing: part), Z_NO_FLUSH, take)
        }
    }

    /// Hands on all that is left, and the end. Nothing can be taken after it.
    public func finish(_ take: (UnsafeRawBufferPointer) -> Void) throws(GzipError) {
        try run(UnsafeRawBufferPointer(start: nil, count: 0), Z_FINISH, take)
    }

    private func run(_ bytes: UnsafeRawBufferPointer, _ flush: Int32, _ take: (UnsafeRawBufferPointer) -> Void) throws(GzipError)
    {
        stream.pointee.next_in = UnsafeMutablePointer(mutating: bytes.bindMemory(to: UInt8.self).baseAddress)
        stream.pointee.avail_in = uInt(bytes.count)
        while true {
            stream.pointee.next_out = output.bindMemory(to: UInt8.self).baseAddress
            stream.pointee.avail_out = uInt(Self.piece)
            let status = CZlib.deflate(stream, flush)
            guard status == Z_OK || status == Z_STREAM_END || status == Z_BUF_ERROR else { throw .malformed }
            let made = Self.piece - Int(stream.pointee.avail_out)
            if made > 0 { take(UnsafeRawBufferPointer(rebasing: output[..<made])) }
            // Where the piece is not full, nothing more comes out.
            if made < Self.piece { return }
        }
    }
}
