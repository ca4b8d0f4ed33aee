/// Why a text is no JSON that can be made canonical.
public struct JSONError: Error, Hashable, Sendable, CustomStringConvertible {
    public enum Code: String, Sendable, CaseIterable {
        /// Not JSON as RFC 8259 defines it.
        case malformed = "malformed-json"
        /// A member's name comes twice in one object.
        case duplicateName = "duplicate-name"
        /// Not UTF-8, or half of a surrogate pair.
        case invalidText = "invalid-text"
        /// A number that no double can hold.
        case numberOutOfRange = "number-out-of-range"
        /// Nested too deeply.
        case tooDeep = "too-deep"
        /// Too many bytes.
        case tooLarge = "too-large"
    }

    public let code: Code
    /// Where in the text, in bytes from its beginning.
    public let offset: Int
    public let message: String

    package init(_ code: Code, at offset: Int, _ message: String) {
        self.code = code
        self.offset = offset
        self.message = message
    }

    public var description: String { "\(code.rawValue): \(message) at byte \(offset)" }
}

/// How much a parser takes.
public struct JSONLimits: Hashable, Sendable {
    /// Arrays and objects within each other.
    public var depth: Int
    /// Bytes of the whole text.
    public var size: Int

    public init(depth: Int = 64, size: Int = 16 << 20) {
        self.depth = depth
        self.size = size
    }
}
