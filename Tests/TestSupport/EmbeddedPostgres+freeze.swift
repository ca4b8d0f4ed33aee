import EmbeddedPostgres
import Foundation

extension EmbeddedPostgres {
    /// Stops all processes of the server where they are, as a virtual machine that stalls, while `body` runs. Its sockets take
    /// connections still, and nothing is answered.
    package func whileFrozen<Value: Sendable>(_ body: @Sendable () async throws -> Value) async throws -> Value {
        signalAll(SIGSTOP)
        // The server could not be stopped otherwise.
        defer { signalAll(SIGCONT) }
        return try await body()
    }

    /// The postmaster first, so that it starts no more.
    private nonisolated func signalAll(_ number: Int32) {
        kill(processIdentifier, number)
        for child in children { kill(child, number) }
    }

    private nonisolated var children: [Int32] {
        let processes = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return processes.compactMap { Int32($0) }.filter { process in
            // The name, in parentheses, may hold anything; state and parent follow it (proc(5)).
            guard let text = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8) else { return false }
            let fields = text.split(separator: ")").last?.split(separator: " ") ?? []
            return fields.count > 1 && Int32(fields[1]) == processIdentifier
        }
    }
}
