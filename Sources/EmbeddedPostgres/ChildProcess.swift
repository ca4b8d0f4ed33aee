import Foundation

/// Programs run for the server and for tests, without blocking a thread of the cooperative pool.
package enum ChildProcess {
    package struct Outcome: Sendable {
        package let status: Int32
        package let output: String
    }

    /// What a server's program gets to see of this process's environment: nothing that it could keep, such as a password.
    package static let environment = ProcessInfo.processInfo.environment.filter { name, _ in
        ["PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "TMPDIR"].contains(name)
    }.merging(["LC_ALL": "C"]) { _, ours in ours }

    /// Runs a program to its end.
    package static func run(_ command: [String]) async throws -> Outcome {
        let process = make(command)
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        process.standardInput = FileHandle.nullDevice
        return try await onThread {
            try process.run()
            let output = pipe.fileHandleForReading.readDataToEndOfFile()
            process.waitUntilExit()
            return Outcome(status: process.terminationStatus, output: String(decoding: output, as: UTF8.self))
        }
    }

    /// Starts a program and leaves it running.
    package static func start(_ process: Process) async throws {
        try await onThread { try process.run() }
    }

    package static func make(_ command: [String]) -> Process {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = command
        process.currentDirectoryURL = URL(fileURLWithPath: "/")
        process.environment = environment
        return process
    }

    /// On a thread of its own, which may block, and whose signals are not: children inherit that, the threads of the
    /// cooperative pool block all signals, and a shell that is not told of its children's ends waits for ever.
    private static func onThread<Value: Sendable>(_ body: @Sendable @escaping () throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread {
                var none = sigset_t()
                sigemptyset(&none)
                pthread_sigmask(SIG_SETMASK, &none, nil)
                continuation.resume(with: Result { try body() })
            }
        }
    }
}
