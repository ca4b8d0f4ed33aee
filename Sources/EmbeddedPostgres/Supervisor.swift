import Foundation
import Synchronization

/// The shell that starts the postmaster, and ends it when nobody holds its line open any more.
final class Supervisor: Sendable {
    /// `read` returns when the line closes. SIGINT is PostgreSQL's fast shutdown, SIGQUIT the immediate one. The shell is in
    /// a session of its own, so that Ctrl-C in a terminal reaches only this process, which lets the server go when it is ready
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

    private let hasEnded = Mutex(false)

    private init() {}

    /// Starts the server, which lives for as long as anybody holds the line open.
    static func launch(
        folder: ServerFolder, binaries: ServerBinaries, settings: [String: String]
    ) async throws -> (Supervisor, ServerLine) {
        let (theirs, ours) = try ServerLine.make(folder.lineFile)
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
        let supervisor = Supervisor()
        process.terminationHandler = { _ in supervisor.hasEnded.withLock { $0 = true } }
        try await ChildProcess.start(process)
        // The child has its own by now.
        try? theirs.close()
        return (supervisor, ours)
    }

    var isRunning: Bool { hasEnded.withLock { !$0 } }
}
