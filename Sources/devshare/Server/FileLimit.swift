import Foundation

/// How many files, and so connections, the system lets this process have open at once.
enum FileLimit {
    /// For all that is no client's connection: the database, receivers of webhooks, files.
    static let reserve = 512

    /// Connections that there is room for, at most as many as are wanted. The soft limit, which is low by custom, is raised as
    /// far as that takes; the hard one is the system's.
    static func makeRoom(for connections: Int) -> Int {
        var limit = rlimit()
        guard getrlimit(files, &limit) == 0 else { return connections }
        let wanted = rlim_t(connections + reserve)
        if limit.rlim_cur < wanted {
            limit.rlim_cur = min(wanted, limit.rlim_max)
            guard setrlimit(files, &limit) == 0, getrlimit(files, &limit) == 0 else { return connections }
        }
        guard limit.rlim_cur < wanted else { return connections }
        return max(Int(limit.rlim_cur) - reserve, 1)
    }

    #if os(Linux)
        private static let files = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
    #else
        private static let files = RLIMIT_NOFILE
    #endif
}
