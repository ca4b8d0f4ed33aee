import Canonical
import Foundation

/// The name of a key (c2sp.org/signed-note): not empty, without Unicode spaces and plus signs. By custom a URL without its
/// scheme, such as `example.com/log42`. Names are the same only where their bytes are.
public struct KeyName: Sendable, CustomStringConvertible {
    public let text: String

    /// Throws `malformed-key`.
    public init(_ text: String) throws(TransparencyError) {
        guard Self.isValid(text) else {
            throw TransparencyError(
                .malformedKey,
                "\"\(text)\" cannot name a key: spaces, control characters and + are not allowed, nor is nothing")
        }
        self.text = text
    }

    /// Without what Unicode calls White_Space, and ASCII's control characters, which no note may have. The name is a line's
    /// part: what else it may hold is as the specification says, since a note with a key's name that is refused is refused whole.
    static func isValid(_ text: String) -> Bool {
        !text.isEmpty && text.unicodeScalars.allSatisfy { $0 != "+" && $0.value >= 0x20 && !$0.properties.isWhitespace }
    }

    public var description: String { text }
}

extension KeyName: Hashable {
    public static func == (left: KeyName, right: KeyName) -> Bool { left.text.hasSameBytes(as: right.text) }

    public func hash(into hasher: inout Hasher) {
        for byte in text.utf8 { hasher.combine(byte) }
        hasher.combine(UInt8(0xFF))
    }
}

extension Data {
    /// RFC 4648, section 4, and written as it would be written: one text for one value.
    init?(strictBase64 text: String) {
        guard let data = Data(base64Encoded: text), data.base64EncodedString().hasSameBytes(as: text) else { return nil }
        self = data
    }
}
