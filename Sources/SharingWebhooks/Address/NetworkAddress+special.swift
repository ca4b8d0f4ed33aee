/// Which addresses are the public Internet's, by the registries of special-purpose addresses (RFC 6890; IANA).
extension NetworkAddress {
    /// Whether the address is one of the public Internet, that anybody may be sent something to. Everything that is not known
    /// to be is not: the machine itself, its network, and what stands for them in another notation.
    public var isPublic: Bool {
        if let embedded { return embedded.isPublic }
        return switch self {
        case .v4(let address): !Self.specialV4.contains { $0.contains(address) }
        case .v6(let upper, _):
            // Global unicast, 2000::/3, is all that has been given out (RFC 4291, section 2.4).
            upper >> 61 == 0b001 && !Self.specialV6.contains { $0.contains(upper) }
        }
    }

    /// Whether nothing is ever sent to the address, whatever the settings say: link-local addresses (RFC 3927; RFC 4291, section
    /// 2.5.6), and the others under which clouds give a machine's credentials to any program on it that asks.
    public var isForbidden: Bool {
        if let embedded { return embedded.isForbidden }
        return switch self {
        case .v4(let address): Self.forbiddenV4.contains { $0.contains(address) }
        case .v6(let upper, let lower):
            upper >> 54 == 0x3FA  // fe80::/10
                || Self.metadataV6.contains { $0 == (upper, lower) }
                // What a translator of its own network (RFC 8215) or a tunnel (ISATAP; RFC 5214, section 6.1) sends on.
                || (upper >> 16 == 0x0064_FF9B_0001 || lower >> 32 & 0xFCFF_FFFF == 0x0000_5EFE)
                    && NetworkAddress.v4(UInt32(truncatingIfNeeded: lower)).isForbidden
        }
    }

    private static let forbiddenV4 = [
        BlockV4(prefix: 0xA9FE_0000, length: 16),  // 169.254.0.0/16, link-local: most clouds' metadata
        BlockV4(prefix: 0x6464_64C8, length: 32),  // 100.100.100.200, Alibaba Cloud's metadata
        BlockV4(prefix: 0xA83F_8110, length: 32),  // 168.63.129.16, Azure's platform
    ]

    private static let metadataV6: [(UInt64, UInt64)] = [
        (0xFD00_0EC2_0000_0000, 0x0254),  // fd00:ec2::254, AWS's metadata
        (0xFD20_00CE_0000_0000, 0x0254),  // fd20:ce::254, Google Cloud's metadata
    ]

    private struct BlockV4 {
        let prefix: UInt32
        let length: Int
        func contains(_ address: UInt32) -> Bool { (address ^ prefix) >> UInt32(32 - length) == 0 }
    }

    /// A block whose prefix is no longer than 64 bits.
    private struct BlockV6 {
        let prefix: UInt64
        let length: Int
        func contains(_ upper: UInt64) -> Bool { (upper ^ prefix) >> UInt64(64 - length) == 0 }
    }

    private static let specialV4 = [
        BlockV4(prefix: 0x0000_0000, length: 8),  // 0.0.0.0/8, "this network" (RFC 791)
        BlockV4(prefix: 0x0A00_0000, length: 8),  // 10.0.0.0/8, private (RFC 1918)
        BlockV4(prefix: 0x6440_0000, length: 10),  // 100.64.0.0/10, shared behind carriers' NAT (RFC 6598)
        BlockV4(prefix: 0x7F00_0000, length: 8),  // 127.0.0.0/8, loopback (RFC 1122)
        BlockV4(prefix: 0xA9FE_0000, length: 16),  // 169.254.0.0/16, link-local: clouds' metadata (RFC 3927)
        BlockV4(prefix: 0xAC10_0000, length: 12),  // 172.16.0.0/12, private (RFC 1918)
        BlockV4(prefix: 0xC000_0000, length: 24),  // 192.0.0.0/24, protocol assignments (RFC 6890)
        BlockV4(prefix: 0xC000_0200, length: 24),  // 192.0.2.0/24, documentation (RFC 5737)
        BlockV4(prefix: 0xC058_6300, length: 24),  // 192.88.99.0/24, 6to4 relays (RFC 7526)
        BlockV4(prefix: 0xC0A8_0000, length: 16),  // 192.168.0.0/16, private (RFC 1918)
        BlockV4(prefix: 0xC612_0000, length: 15),  // 198.18.0.0/15, benchmarks (RFC 2544)
        BlockV4(prefix: 0xC633_6400, length: 24),  // 198.51.100.0/24, documentation (RFC 5737)
        BlockV4(prefix: 0xCB00_7100, length: 24),  // 203.0.113.0/24, documentation (RFC 5737)
        BlockV4(prefix: 0xE000_0000, length: 4),  // 224.0.0.0/4, multicast (RFC 5771)
        BlockV4(prefix: 0xF000_0000, length: 4),  // 240.0.0.0/4, reserved, and broadcast (RFC 1112, RFC 919)
    ]

    private static let specialV6 = [
        BlockV6(prefix: 0x2001_0000_0000_0000, length: 23),  // 2001::/23, protocol assignments, Teredo among them (RFC 2928)
        BlockV6(prefix: 0x2001_0DB8_0000_0000, length: 32),  // 2001:db8::/32, documentation (RFC 3849)
        BlockV6(prefix: 0x3FFF_0000_0000_0000, length: 20),  // 3fff::/20, documentation (RFC 9637)
    ]
}
