import Foundation
import Logging

extension EmbeddedPostgres {
    private static let pollInterval = Duration.milliseconds(10)
    /// How long a server whose owner has died may take to notice by itself.
    private static let orphanGrace = Duration.seconds(2)

    /// Starts a server, or joins the one that runs on the folder. What a server left behind that was killed, or whose owner
    /// was, is cleared up first. Throws any `EmbeddedPostgresError` but `stop-failed`.
    package static func start(_ configuration: Configuration = Configuration()) async throws -> EmbeddedPostgres {
        let binaries = try await ServerBinaries.find()
        let folder = try await ServerFolder.prepare(configuration.directory, user: try ServerUser.required())
        do {
            return try await start(in: folder, binaries: binaries, configuration: configuration)
        } catch {
            folder.removeLeftovers()
            throw error
        }
    }

    /// Whoever has the folder's lock starts the server there; others join it.
    private static func start(
        in folder: ServerFolder, binaries: ServerBinaries, configuration: Configuration
    ) async throws -> EmbeddedPostgres {
        let deadline = ContinuousClock.now + configuration.startDeadline
        while true {
            if let lock = try FolderLock.take(folder.lockFile) {
                let (running, supervisor) = try await launch(
                    folder: folder, lock: lock, binaries: binaries, configuration: configuration, deadline: deadline)
                configuration.logger.info("a private server has started", metadata: ["directory": "\(folder.root.path)"])
                return EmbeddedPostgres(folder: folder, configuration: configuration, running: running, supervisor: supervisor)
            }
            if let running = folder.running(), !FolderLock.isOwnerStopping(folder.lockFile) {
                return EmbeddedPostgres(folder: folder, configuration: configuration, running: running, supervisor: nil)
            }
            guard ContinuousClock.now < deadline else {
                throw EmbeddedPostgresError(
                    .startFailed, "another process uses \(folder.root.path), and its server is not ready: stop that process")
            }
            try await Task.sleep(for: pollInterval)
        }
    }

    private static func launch(
        folder: ServerFolder, lock: FolderLock, binaries: ServerBinaries, configuration: Configuration,
        deadline: ContinuousClock.Instant
    ) async throws -> (ServerFolder.Running, Supervisor) {
        try await endOrphan(in: folder, deadline: deadline)
        try await folder.initialize(with: binaries)
        while true {
            // A server that was killed leaves a lock of its own and children that need a moment to notice.
            let mayBeInTheWay = folder.hasServerLock
            let supervisor = try await Supervisor.launch(
                folder: folder, lock: lock, binaries: binaries, settings: configuration.settings)
            do {
                while supervisor.isRunning, ContinuousClock.now < deadline {
                    if let running = folder.running(), supervisor.isRunning { return (running, supervisor) }
                    try await Task.sleep(for: pollInterval)
                }
            } catch {
                await supervisor.stop(within: configuration.stopDeadline)
                throw error
            }
            await supervisor.stop(within: configuration.stopDeadline)
            guard mayBeInTheWay, ContinuousClock.now < deadline else {
                throw EmbeddedPostgresError(
                    .startFailed, "the server in \(folder.root.path) did not become ready; its log ends with: \(folder.logTail())"
                )
            }
            try folder.makeSocketDirectory()
            try await Task.sleep(for: pollInterval * 10)
        }
    }

    /// Waits for the end of a server whose owner has died, and ends it where its supervisor has died as well.
    private static func endOrphan(in folder: ServerFolder, deadline: ContinuousClock.Instant) async throws {
        let patience = ContinuousClock.now + orphanGrace
        var isAsked = false
        while let orphan = folder.running() {
            if !isAsked, ContinuousClock.now > patience {
                isAsked = true
                kill(orphan.processIdentifier, SIGINT)  // fast shutdown
            }
            guard ContinuousClock.now < deadline else {
                throw EmbeddedPostgresError(
                    .startFailed, "process \(orphan.processIdentifier) still serves \(folder.root.path): end it")
            }
            try await Task.sleep(for: pollInterval)
        }
    }
}
