import Foundation
import Synchronization

/// The shell that starts the postmaster and ends it when our end of a pipe closes, which the kernel does for us however this
/// process ends.
final class Supervisor: Sendable {
    /// `read` returns when the pipe closes; SIGINT is PostgreSQL's fast shutdown. The shell is in a session of its own, so
    /// that Ctrl-C in a terminal reaches only this process, which stops the server when it is ready to.
    private static let script = """
        "$@" <&- >>"$DEVSHARE_LOG" 2>&1 &
        postmaster=$!
        trap '' INT TERM HUP
        while read -r line; do :; done
        kill -INT "$postmaster" 2>/dev/null
        wait "$postmaster"
        """

    private struct State {
        var lifeline: FileHandle?
        var hasEnded = false
    }

    private let state: Mutex<State>

    private init(lifeline: FileHandle) { state = Mutex(State(lifeline: lifeline)) }

    static func launch(
        folder: ServerFolder, binaries: ServerBinaries, socketDirectory: URL, settings: [String: String]
    ) throws -> Supervisor {
        let pipe = Pipe()
        // Other children of this process must not hold the pipe open.
        _ = fcntl(pipe.fileHandleForWriting.fileDescriptor, F_SETFD, FD_CLOEXEC)
        let all = ServerFolder.defaultSettings.merging(settings) { _, ours in ours }
            .merging(["unix_socket_directories": socketDirectory.path]) { _, ours in ours }
        var command = [binaries.postgres.path, "-D", folder.data.path, "-p", "\(ServerFolder.port)"]
        for (name, value) in all.sorted(by: { $0.key < $1.key }) { command += ["-c", "\(name)=\(value)"] }
        command = ["/bin/sh", "-c", script, "supervisor"] + command
        if let user = folder.serverUser { command = user.command(command) }
        if FileManager.default.isExecutableFile(atPath: "/usr/bin/setsid") { command = ["setsid"] + command }

        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = command
        process.currentDirectoryURL = URL(fileURLWithPath: "/")
        process.environment = ProcessInfo.processInfo.environment.merging(["DEVSHARE_LOG": folder.logFile.path]) { _, ours in ours }
        process.standardInput = pipe.fileHandleForReading
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        let supervisor = Supervisor(lifeline: pipe.fileHandleForWriting)
        process.terminationHandler = { _ in supervisor.ended() }
        try process.run()
        return supervisor
    }

    var isRunning: Bool { state.withLock { !$0.hasEnded } }

    /// Closes the pipe and waits for the server's end. False when it takes longer than `limit`.
    @discardableResult
    func stop(within limit: Duration) async -> Bool {
        let lifeline = state.withLock { state in
            defer { state.lifeline = nil }
            return state.lifeline
        }
        try? lifeline?.close()
        let deadline = ContinuousClock.now + limit
        while isRunning, ContinuousClock.now < deadline {
            // Not cancelled with the caller's task: a server must not be left behind.
            await Task { try? await Task.sleep(for: .milliseconds(5)) }.value
        }
        return !isRunning
    }

    private func ended() { state.withLock { $0.hasEnded = true } }
}
