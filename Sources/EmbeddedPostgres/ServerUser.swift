import Foundation

/// Who runs the server. PostgreSQL refuses to run as root, so root lends it to somebody else.
struct ServerUser: Sendable {
    let name: String
    let uid: uid_t
    let gid: gid_t

    /// Nil when this process is not root and runs the server itself.
    static func required() throws(EmbeddedPostgresError) -> ServerUser? {
        guard getuid() == 0 else { return nil }
        for name in ["postgres", "nobody"] {
            if let entry = getpwnam(name) {
                return ServerUser(name: name, uid: entry.pointee.pw_uid, gid: entry.pointee.pw_gid)
            }
        }
        throw EmbeddedPostgresError(.noServerUser, "this process is root, and neither user postgres nor nobody exists")
    }

    /// The command that runs `command` as this user.
    func command(_ command: [String]) -> [String] { ["runuser", "-u", name, "--"] + command }
}
