/// An address, or a network of addresses (CIDR notation, RFC 4632, section 3.1; RFC 4291, section 2.3).
///
/// ```swift
/// AddressRange("10.0.0.0/8")
/// AddressRange("2001:db8::1")
/// ```
public struct AddressRange: Hashable, Sendable {
    private let base: IPAddress
    /// Bits of the sixteen bytes that all of its addresses have in common.
    private let prefix: Int

    /// Nil where it is neither an address nor a network, where bits of the address are set beyond the prefix, as in
    /// `10.0.0.1/8`, and for `/0`, which names everybody.
    public init?(_ text: String) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first, let base = IPAddress(String(first)) else { return nil }
        self.base = base
        guard parts.count == 2 else {
            prefix = 128
            return
        }
        let isDotted = base.isIPv4 && !first.contains(":")
        guard parts[1].utf8.count <= 3, parts[1].utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
            let bits = Int(parts[1]), bits > 0, bits <= (isDotted ? 32 : 128)
        else { return nil }
        prefix = isDotted ? 96 + bits : bits
        guard Self.masked(base.bytes, prefix) == base.bytes else { return nil }
    }

    func contains(_ address: IPAddress) -> Bool { Self.masked(address.bytes, prefix) == base.bytes }

    private static func masked(_ bytes: [UInt8], _ prefix: Int) -> [UInt8] {
        bytes.enumerated().map { index, byte in
            let bits = min(max(prefix - index * 8, 0), 8)
            return byte & UInt8(truncatingIfNeeded: 0xFF00 >> bits)
        }
    }
}
