import Canonical

/// The query of an address, as `application/x-www-form-urlencoded` has it.
package enum QueryString {
    /// Pairs that are looked at; more than any route has.
    private static let maximumPairs = 200

    /// Names and values in their order. What cannot be decoded stays as it is, and is then found unknown or misshapen.
    package static func pairs(_ query: String) -> [(name: String, value: String)] {
        query.split(separator: "&").prefix(maximumPairs).map { pair in
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return (decoded(parts[0], plusIsSpace: true), parts.count > 1 ? decoded(parts[1], plusIsSpace: true) : "")
        }
    }

    /// Percent-decoded (RFC 3986, section 2.1).
    package static func decoded(_ text: Substring, plusIsSpace: Bool = false) -> String {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "+") where plusIsSpace: bytes.append(0x20)
            case UInt8(ascii: "%"):
                // Two digits, no sign: `%+f` is no octet.
                guard let octet = [UInt8](hex: String(decoding: rest.prefix(2), as: UTF8.self)), octet.count == 1 else {
                    return String(text)
                }
                bytes += octet
                rest = rest.dropFirst(2)
            default: bytes.append(byte)
            }
        }
        return String(validating: bytes, as: UTF8.self) ?? String(text)
    }

    /// Percent-encoded: all but the unreserved characters.
    package static func encoded(_ text: String) -> String {
        text.utf8.map { byte in
            let isUnreserved =
                (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                || [0x2D, 0x2E, 0x5F, 0x7E].contains(byte)
            return isUnreserved
                ? String(UnicodeScalar(byte)) : "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
        }.joined()
    }
}
