/// An IP address, as what a name was resolved to.
public enum NetworkAddress: Hashable, Sendable {
    case v4(UInt32)
    /// The upper and the lower 64 bits.
    case v6(UInt64, UInt64)

    /// Nil unless there are 4 or 16 bytes, in network order.
    public init?(bytes: some Collection<UInt8>) {
        switch bytes.count {
        case 4: self = .v4(bytes.reduce(0) { $0 << 8 | UInt32($1) })
        case 16:
            self = .v6(
                bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) },
                bytes.dropFirst(8).reduce(0) { $0 << 8 | UInt64($1) })
        default: return nil
        }
    }

    /// The four-byte address that a translator or a tunnel would turn this one into; nil where there is none.
    var embedded: NetworkAddress? {
        guard case .v6(let upper, let lower) = self else { return nil }
        return switch (upper, lower >> 32) {
        // IPv4-mapped, ::ffff:0:0/96; IPv4-compatible, ::/96 (RFC 4291, section 2.5.5).
        case (0, 0xFFFF): .v4(UInt32(truncatingIfNeeded: lower))
        case (0, 0) where lower > 1: .v4(UInt32(truncatingIfNeeded: lower))
        // IPv4-translated, ::ffff:0:0:0/96 (RFC 2765).
        case (0, 0xFFFF_0000): .v4(UInt32(truncatingIfNeeded: lower))
        // NAT64, 64:ff9b::/96 (RFC 6052).
        case (0x0064_FF9B_0000_0000, 0): .v4(UInt32(truncatingIfNeeded: lower))
        // 6to4, 2002::/16 (RFC 3056): the 32 bits behind the prefix.
        case (let upper, _) where upper >> 48 == 0x2002: .v4(UInt32(truncatingIfNeeded: upper >> 16))
        default: nil
        }
    }
}
