import Foundation
import Logging

/// A private PostgreSQL server on a Unix socket, for trying, testing and small installations.
///
/// The server lives as long as the process that started it: it stops at `stop`, and also when that process ends in any other
/// way, because its supervisor watches a line that only this process holds open. A second start on the same folder joins the
/// running server, in this process or another; who joined does not stop it.
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
    private var supervisor: Supervisor?

    init(folder: ServerFolder, configuration: Configuration, running: ServerFolder.Running, supervisor: Supervisor?) {
        self.folder = folder
        self.configuration = configuration
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

    /// Stops the server, if this value started it, and removes a temporary folder. Throws `stop-failed`.
    package func stop() async throws {
        guard let supervisor else { return }
        self.supervisor = nil
        let ended = await supervisor.stop(within: configuration.stopDeadline)
        guard ended else {
            throw EmbeddedPostgresError(.stopFailed, "the server did not end within \(configuration.stopDeadline)")
        }
        folder.removeLeftovers()
        configuration.logger.info("the private server has stopped", metadata: ["directory": "\(directory.path)"])
    }
}
