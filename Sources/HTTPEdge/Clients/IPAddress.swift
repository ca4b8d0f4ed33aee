import Foundation

/// An address of IPv4 or IPv6. One of IPv4 is the same as its mapped form (`::ffff:192.0.2.1`; RFC 4291, section 2.5.5.2).
struct IPAddress: Hashable, Sendable {
    /// Sixteen bytes, as IPv6 has them.
    let bytes: [UInt8]

    private static let mappedPrefix: [UInt8] = Array(repeating: 0, count: 10) + [0xFF, 0xFF]

    /// - Parameter text: `192.0.2.1` or `2001:db8::1`, without brackets, port or zone. Nil where it is no address.
    init?(_ text: String) {
        // The longest form is `ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255`; a NUL would end the text early.
        guard (2...45).contains(text.utf8.count), !text.utf8.contains(0) else { return nil }
        var four = [UInt8](repeating: 0, count: 4)
        if inet_pton(AF_INET, text, &four) == 1 {
            bytes = Self.mappedPrefix + four
            return
        }
        var sixteen = [UInt8](repeating: 0, count: 16)
        guard inet_pton(AF_INET6, text, &sixteen) == 1 else { return nil }
        bytes = sixteen
    }

    var isIPv4: Bool { bytes.starts(with: Self.mappedPrefix) }
}

extension IPAddress: CustomStringConvertible {
    /// As RFC 5952 has it; one of IPv4 with dots.
    var description: String {
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        let (family, shown) = isIPv4 ? (AF_INET, Array(bytes.suffix(4))) : (AF_INET6, bytes)
        guard inet_ntop(family, shown, &text, socklen_t(text.count)) != nil else { return "unknown" }
        return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
