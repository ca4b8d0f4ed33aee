import Foundation

/// The folder of a server: `data/`, `server.log`, what says who uses it, and the socket, unless its path is too long for one.
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

    /// `sun_path` has 104 bytes on macOS and 108 on Linux, with a NUL at the end.
    private static let maximumSocketPathLength = 103
    private static let socketName = ".s.PGSQL.\(port)"

    let root: URL
    let isTemporary: Bool
    let serverUser: ServerUser?
    /// Where the socket is.
    let socketDirectory: URL

    var data: URL { root.appendingPathComponent("data", isDirectory: true) }
    var logFile: URL { root.appendingPathComponent("server.log") }
    /// Locked by who starts, joins or leaves the server, for as long as that takes.
    var lockFile: URL { root.appendingPathComponent("lock") }
    /// Locked by all who use the server.
    var usersFile: URL { root.appendingPathComponent("users") }
    /// The named pipe that the server's supervisor reads and all who use the server have open.
    var lineFile: URL { root.appendingPathComponent("line") }
    private var unfinishedData: URL { root.appendingPathComponent("data.unfinished", isDirectory: true) }

    /// What has to be removed when the server has ended.
    var leftovers: URL? { isTemporary ? root : socketDirectory != root ? socketDirectory : nil }

    private init(root: URL, isTemporary: Bool, serverUser: ServerUser?) {
        self.root = root
        self.isTemporary = isTemporary
        self.serverUser = serverUser
        let socket = root.appendingPathComponent(Self.socketName).path
        socketDirectory = socket.utf8.count <= Self.maximumSocketPathLength ? root : Self.temporaryFolder()
    }

    /// Makes the folder, with the rights that the server needs. Throws `directory-unusable`.
    static func prepare(_ directory: URL?, user: ServerUser?) async throws -> ServerFolder {
        let root = directory?.absoluteURL.standardizedFileURL ?? temporaryFolder()
        let folder = ServerFolder(root: root, isTemporary: directory == nil, serverUser: user)
        try folder.checkContent()
        do {
            try FileManager.default.createDirectory(at: root, withIntermediateDirectories: true)
        } catch {
            throw EmbeddedPostgresError(.directoryUnusable, "\(root.path) cannot be made: \(error.localizedDescription)")
        }
        try folder.lend(root)
        try folder.makeSocketDirectory()
        if !folder.isTemporary, let user, try await ChildProcess.run(user.command(["test", "-w", root.path])).status != 0 {
            throw EmbeddedPostgresError(
                .directoryUnusable,
                "user \(user.name), who runs the server for root, cannot reach \(root.path): a folder above it is closed to others"
            )
        }
        return folder
    }

    /// A folder with something else in it is not taken over: it would be closed to everybody but the server.
    private func checkContent() throws(EmbeddedPostgresError) {
        var isDirectory: ObjCBool = false
        guard FileManager.default.fileExists(atPath: root.path, isDirectory: &isDirectory) else { return }
        guard isDirectory.boolValue else {
            throw EmbeddedPostgresError(.directoryUnusable, "\(root.path) is not a folder")
        }
        let content: [String]
        do {
            content = try FileManager.default.contentsOfDirectory(atPath: root.path)
        } catch {
            throw EmbeddedPostgresError(.directoryUnusable, "\(root.path) cannot be read: \(error.localizedDescription)")
        }
        let ours = Set([data, logFile, lockFile, usersFile, lineFile, unfinishedData].map(\.lastPathComponent))
        guard let foreign = content.first(where: { !ours.contains($0) && !$0.hasPrefix(Self.socketName) }) else { return }
        throw EmbeddedPostgresError(
            .directoryUnusable, "\(root.path) holds \(foreign), which is not the server's: choose a new or empty folder")
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
        URL(fileURLWithPath: "/tmp", isDirectory: true).appendingPathComponent(
            "devshare-\(UUID().uuidString.prefix(13))", isDirectory: true)
    }

    /// Makes the socket's folder where it is not there, apart from a folder whose path is too long for a socket.
    func makeSocketDirectory() throws(EmbeddedPostgresError) {
        guard !FileManager.default.fileExists(atPath: socketDirectory.path) else { return }
        do {
            try FileManager.default.createDirectory(at: socketDirectory, withIntermediateDirectories: false)
        } catch {
            throw EmbeddedPostgresError(
                .directoryUnusable, "\(socketDirectory.path) cannot be made: \(error.localizedDescription)")
        }
        try lend(socketDirectory)
    }

    /// Makes the data folder with `initdb`, unless it is there.
    func initialize(with binaries: ServerBinaries) async throws {
        guard !FileManager.default.fileExists(atPath: data.appendingPathComponent("PG_VERSION").path) else { return }
        // Made beside and moved, so that a crash halfway leaves nothing that looks whole. What such a crash left goes first.
        try? FileManager.default.removeItem(at: unfinishedData)
        var command = [
            binaries.initdb.path, "--pgdata=\(unfinishedData.path)", "--username=\(Self.user)", "--auth=trust", "--encoding=UTF8",
            "--locale=C", "--no-instructions",
        ]
        if isTemporary { command.append("--no-sync") }
        if let serverUser { command = serverUser.command(command) }
        let outcome = try await ChildProcess.run(command)
        guard outcome.status == 0 else {
            throw EmbeddedPostgresError(.initializationFailed, "initdb in \(root.path) says: \(outcome.output.suffix(500))")
        }
        try FileManager.default.moveItem(at: unfinishedData, to: data)
    }

    func logTail() -> String {
        // Nothing to tell where the server has not come as far as to write a log.
        let text = (try? String(contentsOf: logFile, encoding: .utf8)) ?? ""
        return text.split(separator: "\n").suffix(5).joined(separator: " | ")
    }

    func removeLeftovers() {
        // Best effort: what cannot be removed is a stray folder under /tmp. The supervisor has removed it as a rule.
        if let leftovers { try? FileManager.default.removeItem(at: leftovers) }
    }
}
