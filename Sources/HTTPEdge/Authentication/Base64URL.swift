import Foundation

/// Base64 in the alphabet of URLs, without padding (RFC 4648, section 5; RFC 7515, section 2).
package enum Base64URL {
    package static func text(_ bytes: [UInt8]) -> String { unpadded(Data(bytes).base64EncodedString()) }

    /// The same text, from the usual alphabet.
    static func unpadded(_ base64: String) -> String {
        base64.replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }

    /// Nil for anything but the one spelling that these bytes have: padding, the usual alphabet, and loose bits at the end are
    /// refused.
    package static func bytes(_ text: some StringProtocol) -> [UInt8]? {
        let letters = String(text)
        guard letters.utf8.allSatisfy(isLetter) else { return nil }
        let base64 = letters.replacing("-", with: "+").replacing("_", with: "/")
        let padding = String(repeating: "=", count: (4 - base64.utf8.count % 4) % 4)
        guard let bytes = Data(base64Encoded: base64 + padding).map(Array.init), Self.text(bytes) == letters else { return nil }
        return bytes
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
            UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}
