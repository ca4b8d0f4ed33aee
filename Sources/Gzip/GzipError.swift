/// Why gzip could not be read or made.
public enum GzipError: String, Error, Hashable, Sendable {
    /// The bytes are no gzip, or their checksum is another one.
    case malformed
    /// The bytes end in the middle.
    case truncated
    /// There is no memory for the tables.
    case noMemory = "no-memory"
}
