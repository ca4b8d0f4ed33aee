/// gzip (RFC 1952) of bytes that are in memory.
public enum Gzip {
    /// The name of the coding in HTTP (RFC 9110, section 8.4.1.3).
    public static let coding = "gzip"

    /// Throws `no-memory`.
    public static func compressed(_ bytes: UnsafeRawBufferPointer) throws(GzipError) -> [UInt8] {
        let deflater = try GzipDeflater()
        var result: [UInt8] = []
        try deflater.deflate(bytes) { result += $0 }
        try deflater.finish { result += $0 }
        return result
    }

    /// Throws `no-memory`.
    public static func compressed(_ bytes: [UInt8]) throws(GzipError) -> [UInt8] {
        let result = bytes.withUnsafeBytes { bytes in Result { () throws(GzipError) in try compressed(bytes) } }
        return try result.get()
    }
}
