import Foundation

/// The hosts that are this machine alone: 127.0.0.0/8, ::1 and localhost.
enum Loopback {
    /// URLs have the addresses of IPv6 in brackets.
    private static let names: Set<String> = ["::1", "[::1]", "localhost"]

    static func contains(_ host: String) -> Bool {
        var address = in_addr()
        guard inet_pton(AF_INET, host, &address) == 1 else { return names.contains(host.lowercased()) }
        return UInt32(bigEndian: address.s_addr) >> 24 == 127
    }
}
