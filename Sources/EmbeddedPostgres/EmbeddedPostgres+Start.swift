import Foundation
import Logging

extension EmbeddedPostgres {
    private static let pollInterval = Duration.milliseconds(10)
    /// How long a server whose users have died may take to notice by itself.
    private static let orphanGrace = Duration.seconds(2)

    /// Starts a server, or joins the one that runs on the folder. What a server left behind that was killed, or whose users
    /// were, is cleared up first. Throws any `EmbeddedPostgresError` but `stop-failed`.
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

    private static func start(
        in folder: ServerFolder, binaries: ServerBinaries, configuration: Configuration
    ) async throws -> EmbeddedPostgres {
        let deadline = ContinuousClock.now + configuration.startDeadline
        guard let turn = try await ServerUse.turn(in: folder, until: deadline) else {
            throw EmbeddedPostgresError(
                .startFailed, "another process is about to start or stop the server in \(folder.root.path): stop that process")
        }
        defer { turn.release() }
        try Task.checkCancellation()
        if let (use, running) = try await ServerUse.join(folder) {
            return EmbeddedPostgres(folder: folder, configuration: configuration, running: running, use: use, supervisor: nil)
        }
        let (running, supervisor, line) = try await launch(
            folder: folder, binaries: binaries, configuration: configuration, deadline: deadline)
        configuration.logger.info("a private server has started", metadata: ["directory": "\(folder.root.path)"])
        return EmbeddedPostgres(
            folder: folder, configuration: configuration, running: running, use: try ServerUse.begin(folder, line),
            supervisor: supervisor)
    }

    private static func launch(
        folder: ServerFolder, binaries: ServerBinaries, configuration: Configuration, deadline: ContinuousClock.Instant
    ) async throws -> (ServerFolder.Running, Supervisor, ServerLine) {
        try await endOrphan(in: folder, deadline: deadline)
        try await folder.initialize(with: binaries)
        while true {
            // A server that was killed leaves a lock of its own and children that need a moment to notice.
            let mayBeInTheWay = folder.hasServerLock
            let (supervisor, line) = try await Supervisor.launch(
                folder: folder, binaries: binaries, settings: configuration.settings)
            do {
                while supervisor.isRunning, ContinuousClock.now < deadline {
                    if let running = folder.running(), supervisor.isRunning { return (running, supervisor, line) }
                    try await Task.sleep(for: pollInterval)
                }
            } catch {
                line.close()
                await end(within: configuration.stopDeadline) { !supervisor.isRunning }
                throw error
            }
            line.close()
            await end(within: configuration.stopDeadline) { !supervisor.isRunning }
            guard mayBeInTheWay, ContinuousClock.now < deadline else {
                throw EmbeddedPostgresError(
                    .startFailed, "the server in \(folder.root.path) did not become ready; its log ends with: \(folder.logTail())"
                )
            }
            try folder.makeSocketDirectory()
            try await Task.sleep(for: pollInterval * 10)
        }
    }

    /// Waits for an end. False when it takes longer than `limit`. Not cancelled with the caller's task: a server must not be
    /// left behind.
    @discardableResult
    static func end(within limit: Duration, _ hasEnded: @Sendable () -> Bool) async -> Bool {
        let deadline = ContinuousClock.now + limit
        while !hasEnded(), ContinuousClock.now < deadline {
            await Task { try? await Task.sleep(for: .milliseconds(5)) }.value
        }
        return hasEnded()
    }

    /// Waits for the end of a server whose users have died, and ends it where its supervisor has died as well.
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
