import Foundation

/// The name of a key (c2sp.org/signed-note): not empty, without Unicode spaces and plus signs. By custom a URL without its
/// scheme, such as `example.com/log42`.
public struct KeyName: Hashable, Sendable, CustomStringConvertible {
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

    static func isValid(_ text: String) -> Bool {
        !text.isEmpty
            && text.unicodeScalars.allSatisfy {
                $0 != "+" && !$0.properties.isWhitespace && $0.properties.generalCategory != .control
            }
    }

    public var description: String { text }
}

extension Data {
    /// RFC 4648, section 4, and written as it would be written: one text for one value.
    init?(strictBase64 text: String) {
        guard let data = Data(base64Encoded: text), data.base64EncodedString() == text else { return nil }
        self = data
    }
}
