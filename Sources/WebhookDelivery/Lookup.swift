import NIOCore
import SharingWebhooks

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// One call of getaddrinfo (RFC 3493, section 6.1), which blocks.
struct Lookup: Sendable {
    let host: String

    /// All addresses, in the order of RFC 6724. Throws `name-not-resolved`.
    func run() throws(SendingProblem) -> [SocketAddress] {
        var hints = addrinfo()
        hints.ai_family = AF_UNSPEC
        #if canImport(Darwin)
            hints.ai_socktype = SOCK_STREAM
        #else
            hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        #endif
        var list: UnsafeMutablePointer<addrinfo>?
        let status = getaddrinfo(host, nil, &hints, &list)
        guard status == 0 else {
            throw SendingProblem(
                .nameNotResolved, "\(host): \(gai_strerror(status).map { String(cString: $0) } ?? "no address")")
        }
        defer { freeaddrinfo(list) }
        var addresses: [SocketAddress] = []
        var entry = list
        while let info = entry?.pointee {
            if let address = info.ai_addr, let socket = Self.socketAddress(address, family: info.ai_family) {
                addresses.append(socket)
            }
            entry = info.ai_next
        }
        return addresses
    }

    private static func socketAddress(_ address: UnsafeMutablePointer<sockaddr>, family: Int32) -> SocketAddress? {
        let raw = UnsafeRawPointer(address)
        return switch family {
        case AF_INET: SocketAddress(raw.loadUnaligned(as: sockaddr_in.self))
        case AF_INET6: SocketAddress(raw.loadUnaligned(as: sockaddr_in6.self))
        default: nil
        }
    }
}
