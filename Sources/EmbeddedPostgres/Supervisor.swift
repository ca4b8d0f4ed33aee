import Foundation
import Synchronization

/// The shell that starts the postmaster and ends it when our end of a line closes, which the kernel does for us however this
/// process ends.
final class Supervisor: Sendable {
    /// `read` returns when the line closes. SIGINT is PostgreSQL's fast shutdown, SIGQUIT the immediate one. The shell is in
    /// a session of its own, so that Ctrl-C in a terminal reaches only this process, which stops the server when it is ready
    /// to. What is to be removed goes last, since nobody else may be left to do it.
    private static let script = """
        exec 3<&0 </dev/null
        "$@" 3<&- >>"$DEVSHARE_LOG" 2>&1 &
        postmaster=$!
        trap '' INT TERM HUP
        (
            while read -r line <&3; do :; done
            kill -INT "$postmaster"
            tenths=0
            while kill -0 "$postmaster"; do
                sleep 0.1
                tenths=$((tenths + 1))
                [ "$tenths" -ne 300 ] || kill -QUIT "$postmaster"
            done
        ) >/dev/null 2>&1 &
        watcher=$!
        wait "$postmaster"
        status=$?
        kill -KILL "$watcher"
        [ -z "$DEVSHARE_LEFTOVERS" ] || rm -rf -- "$DEVSHARE_LEFTOVERS"
        exit "$status"
        """

    private struct State {
        var lifeline: FileHandle?
        var lock: FolderLock?
        var hasEnded = false
    }

    private let state: Mutex<State>

    private init(lifeline: FileHandle, lock: FolderLock) { state = Mutex(State(lifeline: lifeline, lock: lock)) }

    /// Starts the server. The lock is kept until it has ended.
    static func launch(
        folder: ServerFolder, lock: FolderLock, binaries: ServerBinaries, settings: [String: String]
    ) async throws -> Supervisor {
        let (theirs, ours) = try Lifeline.make()
        let all = ServerFolder.defaultSettings.merging(settings) { _, theirs in theirs }
            .merging(["unix_socket_directories": folder.socketDirectory.path]) { _, ours in ours }
        var command = [binaries.postgres.path, "-D", folder.data.path, "-p", "\(ServerFolder.port)"]
        for (name, value) in all.sorted(by: { $0.key < $1.key }) { command += ["-c", "\(name)=\(value)"] }
        command = ["/bin/sh", "-c", script, "supervisor"] + command
        if let user = folder.serverUser { command = user.command(command) }
        if FileManager.default.isExecutableFile(atPath: "/usr/bin/setsid") { command = ["setsid"] + command }

        let process = ChildProcess.make(command)
        process.environment = ChildProcess.environment.merging([
            "DEVSHARE_LOG": folder.logFile.path, "DEVSHARE_LEFTOVERS": folder.leftovers?.path ?? "",
        ]) { _, ours in ours }
        process.standardInput = theirs
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        let supervisor = Supervisor(lifeline: ours, lock: lock)
        process.terminationHandler = { _ in supervisor.ended() }
        try await ChildProcess.start(process)
        return supervisor
    }

    var isRunning: Bool { state.withLock { !$0.hasEnded } }

    /// Closes the line and waits for the server's end. False when it takes longer than `limit`.
    @discardableResult
    func stop(within limit: Duration) async -> Bool {
        let (lifeline, lock) = state.withLock { state in
            defer { state.lifeline = nil }
            return (state.lifeline, state.lock)
        }
        lock?.announceStop()
        // The descriptor is closed whatever this says.
        try? lifeline?.close()
        let deadline = ContinuousClock.now + limit
        while isRunning, ContinuousClock.now < deadline {
            // Not cancelled with the caller's task: a server must not be left behind.
            await Task { try? await Task.sleep(for: .milliseconds(5)) }.value
        }
        return !isRunning
    }

    private func ended() {
        state.withLock { state in
            state.hasEnded = true
            state.lifeline = nil
            state.lock = nil
        }
    }
}
