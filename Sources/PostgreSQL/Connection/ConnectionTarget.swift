import CLibPQ

/// The hosts that a connection string names, and those of them that are left to try.
struct ConnectionTarget {
    private struct Host {
        let name: String?
        let address: String?
        let port: String?
    }

    /// What the connection string allows each host; libpq itself heeds it only in its blocking calls.
    let timeout: Duration?
    /// What is asked of a session where the connection string does not say: of several hosts the one that writes, since the others
    /// are its standbys; of one host, whatever it is.
    let defaults: [(keyword: String, value: String)]
    private var hosts: [Host] = []
    private var isReduced = false

    /// Throws `invalid-connection-string`. Repeats none of its text, since a password that is not percent-encoded is taken
    /// for a host or a port.
    init(_ connectionString: String) throws(PostgreSQLError) {
        let (options, problem) = Self.parse(connectionString)
        guard let options else { throw PostgreSQLError(.invalidConnectionString, problem) }
        func list(_ keyword: String) -> [String] {
            options[keyword]?.split(separator: ",", omittingEmptySubsequences: false).map(String.init) ?? []
        }
        let (names, addresses, ports) = (list("host"), list("hostaddr"), list("port"))
        guard ports.allSatisfy({ $0.isEmpty || (1...65_535).contains(Int($0) ?? 0) }) else {
            throw PostgreSQLError(.invalidConnectionString, "a port is no number from 1 to 65535: \(Self.advice)")
        }
        // An "@" in front is an abstract socket.
        guard names.allSatisfy({ !$0.dropFirst().contains("@") }) else {
            throw PostgreSQLError(.invalidConnectionString, "a host name contains \"@\": \(Self.advice)")
        }
        let count = max(names.count, addresses.count, 1)
        defaults = count > 1 ? [("target_session_attrs", "read-write")] : []
        for index in 0..<count {
            hosts.append(
                Host(
                    name: index < names.count ? names[index] : nil, address: index < addresses.count ? addresses[index] : nil,
                    // One port may stand for all hosts.
                    port: index < ports.count ? ports[index] : ports.count == 1 ? ports[0] : nil))
        }
        let seconds = options["connect_timeout"].flatMap { Int64($0) } ?? 0
        timeout = seconds > 0 ? .seconds(seconds) : nil
    }

    private static let advice = "percent-encode special characters of user and password"

    var hostCount: Int { hosts.count }

    /// libpq has been through the hosts before this one.
    mutating func dropHosts(before host: UnsafePointer<CChar>?, port: UnsafePointer<CChar>?) {
        let current = (host: host.map { String(cString: $0) }, port: port.map { String(cString: $0) })
        let index = hosts.firstIndex { entry in
            (entry.name == current.host || entry.address == current.host) && (entry.port == nil || entry.port == current.port)
        }
        guard let index, index > 0 else { return }
        hosts.removeFirst(index)
        isReduced = true
    }

    mutating func dropFirstHost() {
        hosts.removeFirst()
        isReduced = true
    }

    /// What has to be said beside the connection string, so that only the hosts that are left are tried.
    var overrides: [(keyword: String, value: String)] {
        guard isReduced else { return [] }
        func joined(_ keyword: String, _ part: (Host) -> String?) -> [(keyword: String, value: String)] {
            let parts = hosts.map(part)
            guard parts.contains(where: { $0 != nil }) else { return [] }
            return [(keyword, parts.map { $0 ?? "" }.joined(separator: ","))]
        }
        return joined("host", \.name) + joined("hostaddr", \.address) + joined("port", \.port)
    }

    /// The options that are set, by keyword; or what is wrong.
    private static func parse(_ connectionString: String) -> (options: [String: String]?, problem: String) {
        let unreadable = "the connection string cannot be read by libpq: \(advice)"
        guard !connectionString.utf8.contains(0) else { return (nil, "the connection string contains a NUL character") }
        var message: UnsafeMutablePointer<CChar>?
        guard let first = PQconninfoParse(connectionString, &message) else {
            PQfreemem(message)
            return (nil, unreadable)
        }
        defer { PQconninfoFree(first) }
        var options: [String: String] = [:]
        var option = first
        while let keyword = option.pointee.keyword {
            if let value = option.pointee.val { options[String(cString: keyword)] = String(cString: value) }
            option += 1
        }
        return (options, "")
    }
}
