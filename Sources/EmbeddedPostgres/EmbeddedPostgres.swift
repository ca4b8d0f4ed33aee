import Foundation
import Logging

/// A private PostgreSQL server on a Unix socket, for trying, testing and small installations.
///
/// The server lives as long as the process that started it: it stops at `stop`, and also when that process ends in any other
/// way, because its supervisor watches a pipe that only this process holds open. A second start on the same folder joins the
/// running server; who joined does not stop it.
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

    /// For libpq: socket folder, database and user.
    package nonisolated let connectionString: String
    package nonisolated let socketDirectory: URL
    package nonisolated let database = ServerFolder.database
    package nonisolated let user = ServerFolder.user
    /// Process identifier of the postmaster.
    package nonisolated let processIdentifier: Int32
    /// Where the server writes its log.
    package nonisolated let logFile: URL
    /// Another process had started the server.
    package nonisolated let isJoined: Bool

    private let folder: ServerFolder
    private let configuration: Configuration
    private var supervisor: Supervisor?

    private init(
        folder: ServerFolder, configuration: Configuration, running: ServerFolder.Running, supervisor: Supervisor?
    ) {
        self.folder = folder
        self.configuration = configuration
        self.supervisor = supervisor
        processIdentifier = running.processIdentifier
        socketDirectory = running.socketDirectory
        logFile = folder.logFile
        isJoined = supervisor == nil
        connectionString = Self.connectionString(running.socketDirectory, database: ServerFolder.database)
    }

    /// For libpq, to another database of the server.
    package nonisolated func connectionString(database: String) -> String {
        Self.connectionString(socketDirectory, database: database)
    }

    private static func connectionString(_ socketDirectory: URL, database: String) -> String {
        "host='\(socketDirectory.path)' port=\(ServerFolder.port) dbname=\(database) user=\(ServerFolder.user)"
    }

    /// Starts a server, or joins the one that runs on the folder.
    package static func start(_ configuration: Configuration = Configuration()) async throws -> EmbeddedPostgres {
        let binaries = try ServerBinaries.find()
        let folder = try ServerFolder.prepare(configuration.directory, user: try ServerUser.required())
        if let running = folder.running() {
            return EmbeddedPostgres(folder: folder, configuration: configuration, running: running, supervisor: nil)
        }
        try await folder.initialize(with: binaries)
        let socketDirectory = try folder.makeSocketDirectory()
        let supervisor = try Supervisor.launch(
            folder: folder, binaries: binaries, socketDirectory: socketDirectory, settings: configuration.settings)
        let deadline = ContinuousClock.now + configuration.startDeadline
        while true {
            if let running = folder.running() {
                return EmbeddedPostgres(folder: folder, configuration: configuration, running: running, supervisor: supervisor)
            }
            guard supervisor.isRunning, ContinuousClock.now < deadline, !Task.isCancelled else {
                await supervisor.stop(within: configuration.stopDeadline)
                folder.removeLeftovers(socketDirectory: socketDirectory)
                throw EmbeddedPostgresError(
                    .startFailed, "the server did not become ready; its log ends with: \(folder.logTail())")
            }
            try await Task.sleep(for: .milliseconds(10))
        }
    }

    /// Stops the server, if this process started it, and removes a temporary folder.
    package func stop() async throws {
        guard let supervisor else { return }
        self.supervisor = nil
        let ended = await supervisor.stop(within: configuration.stopDeadline)
        folder.removeLeftovers(socketDirectory: socketDirectory)
        guard ended else {
            throw EmbeddedPostgresError(.stopFailed, "the server did not end within \(configuration.stopDeadline)")
        }
    }
}
