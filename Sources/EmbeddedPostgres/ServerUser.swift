import Foundation

/// Who runs the server. PostgreSQL refuses to run as root, so root lends it to somebody else.
package struct ServerUser: Sendable {
    let name: String
    package let uid: uid_t
    package let gid: gid_t

    /// Nil when this process is not root and runs the server itself.
    package static func required() throws(EmbeddedPostgresError) -> ServerUser? {
        guard getuid() == 0 else { return nil }
        for name in ["postgres", "nobody"] {
            if let user = ServerUser(named: name) { return user }
        }
        throw EmbeddedPostgresError(.noServerUser, "this process is root, and neither user postgres nor nobody exists")
    }

    private init?(named name: String) {
        var entry = passwd()
        var found: UnsafeMutablePointer<passwd>?
        var texts = [CChar](repeating: 0, count: 16 << 10)
        guard getpwnam_r(name, &entry, &texts, texts.count, &found) == 0, found != nil else { return nil }
        self.name = name
        uid = entry.pw_uid
        gid = entry.pw_gid
    }

    /// The command that runs `command` as this user.
    package func command(_ command: [String]) -> [String] { ["runuser", "-u", name, "--"] + command }
}
