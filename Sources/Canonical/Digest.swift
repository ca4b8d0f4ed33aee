import Crypto

/// A SHA-256 digest. Its text form is lowercase hexadecimal.
public struct Digest: Hashable, Sendable, CustomStringConvertible {
    /// Inline, so that a digest is never a heap object.
    private let words: (UInt64, UInt64, UInt64, UInt64)

    /// Bytes of a digest.
    public static let byteCount = 32

    /// The digest of `bytes`.
    public init(sha256 bytes: some Collection<UInt8>) {
        var hasher = SHA256()
        let contiguous: Void? = bytes.withContiguousStorageIfAvailable {
            hasher.update(bufferPointer: UnsafeRawBufferPointer($0))
        }
        if contiguous == nil { hasher.update(data: Array(bytes)) }
        self.init(hasher.finalize())
    }

    /// The digest of bytes that belong to somebody else, for what is hashed millions of times.
    package init(sha256 bytes: UnsafeRawBufferPointer) {
        var hasher = SHA256()
        hasher.update(bufferPointer: bytes)
        self.init(hasher.finalize())
    }

    init(_ digest: SHA256Digest) {
        words = digest.withUnsafeBytes(Self.words)
    }

    /// Nil unless there are 32 bytes.
    public init?(bytes: [UInt8]) {
        guard let digest = bytes.withUnsafeBytes({ Digest(bytes: $0) }) else { return nil }
        self = digest
    }

    /// Nil unless there are 32 bytes.
    package init?(bytes: UnsafeRawBufferPointer) {
        guard bytes.count == Self.byteCount else { return nil }
        words = Self.words(bytes)
    }

    private static func words(_ bytes: UnsafeRawBufferPointer) -> (UInt64, UInt64, UInt64, UInt64) {
        (
            bytes.loadUnaligned(fromByteOffset: 0, as: UInt64.self),
            bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self),
            bytes.loadUnaligned(fromByteOffset: 16, as: UInt64.self),
            bytes.loadUnaligned(fromByteOffset: 24, as: UInt64.self)
        )
    }

    /// Nil unless the text is 64 hexadecimal digits.
    public init?(hex: some StringProtocol) {
        guard let bytes = [UInt8](hex: hex) else { return nil }
        self.init(bytes: bytes)
    }

    public var bytes: [UInt8] { withUnsafeBytes { Array($0) } }

    /// Lends the 32 bytes to `body`.
    package func withUnsafeBytes<Value>(_ body: (UnsafeRawBufferPointer) -> Value) -> Value {
        Swift.withUnsafeBytes(of: words, body)
    }

    public var description: String { bytes.hex }

    public static func == (left: Digest, right: Digest) -> Bool { left.words == right.words }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(words.0)
    }
}
