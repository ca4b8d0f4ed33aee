import Foundation

/// The folder of a server: `data/` and `server.log`. The socket has a short folder of its own, since the path of a socket may
/// not be longer than 107 bytes.
struct ServerFolder: Sendable {
    static let port = 5432
    static let database = "postgres"
    static let user = "devshare"

    /// Safe first: what is acknowledged is on disk. Quick enough for a laptop.
    static let defaultSettings = [
        "listen_addresses": "",
        "unix_socket_permissions": "0700",
        "max_connections": "60",
        "shared_buffers": "256MB",
        "wal_compression": "on",
        "max_wal_size": "2GB",
        "checkpoint_timeout": "15min",
        "log_timezone": "UTC",
        "timezone": "UTC",
    ]

    let root: URL
    let isTemporary: Bool
    let serverUser: ServerUser?

    var data: URL { root.appendingPathComponent("data", isDirectory: true) }
    var logFile: URL { root.appendingPathComponent("server.log") }

    /// Makes the folder, with the rights that the server needs.
    static func prepare(_ directory: URL?, user: ServerUser?) throws(EmbeddedPostgresError) -> ServerFolder {
        let root = directory?.absoluteURL ?? temporaryFolder()
        let folder = ServerFolder(root: root, isTemporary: directory == nil, serverUser: user)
        do {
            try FileManager.default.createDirectory(at: root, withIntermediateDirectories: true)
        } catch {
            throw EmbeddedPostgresError(.directoryUnusable, "\(root.path) cannot be made: \(error.localizedDescription)")
        }
        try folder.lend(root)
        return folder
    }

    /// Gives a folder to the server's user, and to nobody else.
    private func lend(_ directory: URL) throws(EmbeddedPostgresError) {
        if let serverUser, chown(directory.path, serverUser.uid, serverUser.gid) != 0 {
            throw EmbeddedPostgresError(.directoryUnusable, "\(directory.path) cannot be given to user \(serverUser.name)")
        }
        guard chmod(directory.path, 0o700) == 0 else {
            throw EmbeddedPostgresError(.directoryUnusable, "\(directory.path) cannot be closed to others")
        }
    }

    private static func temporaryFolder() -> URL {
        URL(fileURLWithPath: "/tmp", isDirectory: true).appendingPathComponent("devshare-\(UUID().uuidString.prefix(13))")
    }

    func makeSocketDirectory() throws(EmbeddedPostgresError) -> URL {
        let directory = Self.temporaryFolder()
        do {
            try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: false)
        } catch {
            throw EmbeddedPostgresError(.directoryUnusable, "\(directory.path) cannot be made: \(error.localizedDescription)")
        }
        try lend(directory)
        return directory
    }

    /// Makes the data folder with `initdb`, unless it is there.
    func initialize(with binaries: ServerBinaries) async throws {
        guard !FileManager.default.fileExists(atPath: data.appendingPathComponent("PG_VERSION").path) else { return }
        // Made beside and moved, so that a crash halfway leaves nothing that looks whole.
        let unfinished = root.appendingPathComponent("data.unfinished", isDirectory: true)
        try? FileManager.default.removeItem(at: unfinished)
        var command = [
            binaries.initdb.path, "--pgdata=\(unfinished.path)", "--username=\(Self.user)", "--auth=trust", "--encoding=UTF8",
            "--locale=C", "--no-instructions",
        ]
        if isTemporary { command.append("--no-sync") }
        if let serverUser { command = serverUser.command(command) }
        let outcome = try await ChildProcess.run(command)
        guard outcome.status == 0 else {
            throw EmbeddedPostgresError(.initializationFailed, "initdb in \(root.path) says: \(outcome.output.suffix(500))")
        }
        try FileManager.default.moveItem(at: unfinished, to: data)
    }

    struct Running: Sendable {
        let processIdentifier: Int32
        let socketDirectory: URL
    }

    /// The server that runs on this folder and is ready, as its `postmaster.pid` says (PostgreSQL manual, section 73.1).
    func running() -> Running? {
        let file = data.appendingPathComponent("postmaster.pid")
        guard let text = try? String(contentsOf: file, encoding: .utf8) else { return nil }
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.count >= 8, let process = Int32(lines[0].trimmingCharacters(in: .whitespaces)),
            lines[7].trimmingCharacters(in: .whitespaces) == "ready", kill(process, 0) == 0 || errno == EPERM
        else { return nil }
        return Running(processIdentifier: process, socketDirectory: URL(fileURLWithPath: String(lines[4]), isDirectory: true))
    }

    func logTail() -> String {
        let text = (try? String(contentsOf: logFile, encoding: .utf8)) ?? ""
        return text.split(separator: "\n").suffix(5).joined(separator: " | ")
    }

    func removeLeftovers(socketDirectory: URL) {
        // Best effort: what cannot be removed is a stray folder under /tmp.
        try? FileManager.default.removeItem(at: socketDirectory)
        if isTemporary { try? FileManager.default.removeItem(at: root) }
    }
}
