import Foundation
import Logging

/// A private PostgreSQL server on a Unix socket, for trying, testing and small installations.
///
/// The server lives for as long as anybody uses it: a second start on the same folder joins the running server, in this process
/// or another, and the last one to stop ends it, no matter which program started it. So a program that is started while the one before it stops
/// keeps its database. A process that ends in any other way counts as having stopped (`ServerUse`).
package actor EmbeddedPostgres {
    package struct Configuration: Sendable {
        /// Where the data is kept; nil for a temporary folder that is removed at the end.
        package var directory: URL?
        /// Server settings beside, or instead of, the defaults.
        package var settings: [String: String]
        package var startDeadline: Duration
        package var stopDeadline: Duration
        package var logger: Logger

        package init(
            directory: URL? = nil, settings: [String: String] = [:], startDeadline: Duration = .seconds(60),
            stopDeadline: Duration = .seconds(60), logger: Logger = Logger(label: "embedded-postgres")
        ) {
            self.directory = directory
            self.settings = settings
            self.startDeadline = startDeadline
            self.stopDeadline = stopDeadline
            self.logger = logger
        }
    }

    /// For libpq: socket folder, database and user. The same after a restart, unless the folder's path is too long for a
    /// socket.
    package nonisolated let connectionString: String
    package nonisolated let socketDirectory: URL
    package nonisolated let database = ServerFolder.database
    package nonisolated let user = ServerFolder.user
    /// Process identifier of the postmaster.
    package nonisolated let processIdentifier: Int32
    /// Where the server writes its log.
    package nonisolated let logFile: URL
    /// The folder with the data and the log.
    package nonisolated let directory: URL
    /// Somebody else had started the server.
    package nonisolated let isJoined: Bool

    private let folder: ServerFolder
    private let configuration: Configuration
    /// Nil after the stop.
    private var use: ServerUse?
    /// Where we started the server.
    private let supervisor: Supervisor?

    init(
        folder: ServerFolder, configuration: Configuration, running: ServerFolder.Running, use: ServerUse, supervisor: Supervisor?
    ) {
        self.folder = folder
        self.configuration = configuration
        self.use = use
        self.supervisor = supervisor
        processIdentifier = running.processIdentifier
        socketDirectory = running.socketDirectory
        logFile = folder.logFile
        directory = folder.root
        isJoined = supervisor == nil
        connectionString = Self.connectionString(running.socketDirectory, database: ServerFolder.database)
    }

    /// For libpq, to another database of the server.
    package nonisolated func connectionString(database: String) -> String {
        Self.connectionString(socketDirectory, database: database)
    }

    private static func connectionString(_ socketDirectory: URL, database: String) -> String {
        func quoted(_ text: String) -> String {
            "'" + text.map { $0 == "'" || $0 == "\\" ? "\\\($0)" : String($0) }.joined() + "'"
        }
        return
            "host=\(quoted(socketDirectory.path)) port=\(ServerFolder.port) dbname=\(quoted(database)) user=\(ServerFolder.user)"
    }

    /// Ends the use of the server. Where it was the last, the server stops, and a temporary folder is removed. Throws
    /// `stop-failed`.
    package func stop() async throws {
        guard let use else { return }
        self.use = nil
        guard let turn = try await ServerUse.turn(in: folder, until: .now + configuration.stopDeadline) else {
            use.abandon()
            throw EmbeddedPostgresError(.stopFailed, "another process has been starting or stopping the server for long")
        }
        defer { turn.release() }
        guard try use.end() else {
            configuration.logger.info("others go on using the private server", metadata: ["directory": "\(directory.path)"])
            return
        }
        let patience = ContinuousClock.now + Self.lockGrace
        guard await Self.end(within: configuration.stopDeadline, { self.hasEnded(patience) }) else {
            throw EmbeddedPostgresError(.stopFailed, "the server did not end within \(configuration.stopDeadline)")
        }
        folder.removeLeftovers()
        configuration.logger.info("the private server has stopped", metadata: ["directory": "\(directory.path)"])
    }

    /// How long a process that has given up its folder may take to end.
    private static let lockGrace = Duration.seconds(2)

    /// Whether the server has: by its supervisor, where that is our child, or else by its process. Where that has been another
    /// one's number since a crash, the folder has no server's lock.
    private nonisolated func hasEnded(_ patience: ContinuousClock.Instant) -> Bool {
        if let supervisor { return !supervisor.isRunning }
        if kill(processIdentifier, 0) != 0, errno == ESRCH { return true }
        return ContinuousClock.now > patience && !folder.hasServerLock
    }
}
