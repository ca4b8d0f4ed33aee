import Foundation

/// Where a server is to listen, tried out before a database is started for it.
enum ListeningAddress {
    /// Throws `port-taken`, and `server-misconfigured` where the system refuses the address for another reason. What cannot be
    /// tried out here, such as a name that is not resolved, the server itself hears of.
    static func check(host: String, port: Int) throws {
        var hints = addrinfo()
        #if canImport(Darwin)
            hints.ai_socktype = SOCK_STREAM
        #else
            hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        #endif
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, "\(port)", &hints, &list) == 0 else { return }
        defer { freeaddrinfo(list) }
        guard let address = list?.pointee else { return }
        let descriptor = socket(address.ai_family, address.ai_socktype, address.ai_protocol)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        // As the server does: connections that were closed a moment ago are in nobody's way.
        var isReused: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &isReused, socklen_t(MemoryLayout<Int32>.size))
        guard bind(descriptor, address.ai_addr, address.ai_addrlen) != 0 else { return }
        throw refusal(errno, host, port)
    }

    private static func refusal(_ problem: Int32, _ host: String, _ port: Int) -> DevshareError {
        guard problem != EADDRINUSE else {
            return DevshareError(
                .portTaken, "another program listens on port \(port) of \(host)",
                advice: "Stop it, or choose another port with --port.")
        }
        return DevshareError(
            .serverMisconfigured, "the system refuses port \(port) of \(host): \(String(cString: strerror(problem)))",
            advice: "Choose others with --host and --port.")
    }
}
