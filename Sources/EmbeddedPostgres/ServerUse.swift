import Foundation

/// One use of the server of a folder, by this process or another. The server lives for as long as anybody uses it, whoever
/// started it.
///
/// Two locks and a line say who does. Whoever starts, joins or leaves the server has its turn meanwhile (`lock`), so that none of
/// these come between another's steps. Whoever uses it shares a lock (`users`), by which others see that somebody does, and holds
/// its line open (`line`), by which the server does.
final class ServerUse: Sendable {
    private let users: FileLock
    private let line: ServerLine

    private init(users: FileLock, line: ServerLine) {
        self.users = users
        self.line = line
    }

    /// How long a process that ends may take from letting go of the one to letting go of the other.
    private static let lettingGo = Duration.milliseconds(20)
    private static let pollInterval = Duration.milliseconds(10)

    /// Waits for the turn to start, join or leave the server. Nil when it has not come by the deadline. Not cancelled with the
    /// caller's task: who leaves must be able to.
    static func turn(in folder: ServerFolder, until deadline: ContinuousClock.Instant) async throws -> FileLock? {
        let lock = try FileLock(folder.lockFile)
        while try !lock.take(.exclusive) {
            guard ContinuousClock.now < deadline else { return nil }
            await Task { try? await Task.sleep(for: pollInterval) }.value
        }
        return lock
    }

    /// Joins those who use the server, in one's turn. Nil where nobody does, or where it does not run.
    static func join(_ folder: ServerFolder) async throws -> (use: ServerUse, running: ServerFolder.Running)? {
        let users = try FileLock(folder.usersFile)
        guard try !users.take(.exclusive), let running = folder.running(), let line = ServerLine.open(folder.lineFile) else {
            return nil
        }
        // If the last of them has died meanwhile, the server may have seen the line closed before we opened it. A process that
        // dies lets go of line and lock in an order that is not ours to say: who still has the lock after a while had the line.
        try await Task.sleep(for: lettingGo)
        guard try !users.take(.exclusive), try users.take(.shared) else { return nil }
        return (ServerUse(users: users, line: line), running)
    }

    /// The use of a server that has been started on this line, in one's turn.
    static func begin(_ folder: ServerFolder, _ line: ServerLine) throws -> ServerUse {
        let users = try FileLock(folder.usersFile)
        // Nobody has it alone but in a turn, and this is ours.
        guard try users.take(.shared) else {
            throw EmbeddedPostgresError(.startFailed, "another process holds \(folder.usersFile.path): stop that process")
        }
        return ServerUse(users: users, line: line)
    }

    /// Ends it, in one's turn. True where it was the last: then the server ends.
    func end() throws -> Bool {
        defer { line.close() }
        let isLast = try users.take(.exclusive)
        users.release()
        return isLast
    }

    /// Ends it without a turn, as the process's end would.
    func abandon() {
        users.release()
        line.close()
    }
}
